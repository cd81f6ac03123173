import { describe, expect, it } from "vitest";
import { expand } from "../../src/config/environment.ts";

const environment = { NAME: "value", EMPTY: "", TRICKY: "${NAME} $$ {a: b}" };

describe("config/environment", () => {
  it.each([
    ["${NAME}", "value"],
    ["a ${NAME} b ${NAME}", "a value b value"],
    ["${UNSET:-other}", "other"],
    ["${EMPTY:-other}", "other"],
    ["${NAME:-other}", "value"],
    ["${UNSET:-}", ""],
    ["${EMPTY}", ""],
    ["$$", "$"],
    ["$${NAME}", "${NAME}"],
    ["$$$${NAME}", "$${NAME}"],
    ["$$$${", "$${"],
    ["costs 5$ or $NAME", "costs 5$ or $NAME"],
  ])("turns %s into %s", (text, expected) => {
    expect(expand(text, environment)).toEqual({ ok: true, text: expected });
  });

  it("does not look into what it puts in", () => {
    expect(expand("${TRICKY}", environment)).toEqual({ ok: true, text: environment.TRICKY });
  });

  it("says which variable is not set", () => {
    expect(expand("a ${UNSET}", environment)).toEqual({
      ok: false,
      message: "environment variable UNSET is not set, expected a value",
    });
  });

  it.each(["${hunter2}", "hunter2${", "${}", "${NAME-hunter2}", "$$${hunter2"])(
    "does not guess what %s means, and does not repeat it",
    (text) => {
      expect(expand(text, environment)).toEqual({
        ok: false,
        message: "a ${ that names no variable, expected ${NAME}, or $${ for a plain ${",
      });
    },
  );
});
