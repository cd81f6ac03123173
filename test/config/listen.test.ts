import { expect, it } from "vitest";
import { ListenSyntaxError, parseListen } from "../../src/config/listen.ts";

it("reads an address to listen on from the command line", () => {
  expect(parseListen("[::1]:80")).toEqual({ host: "::1", port: 80 });
});

it("throws over what is none", () => {
  expect(() => parseListen("80")).toThrow(ListenSyntaxError);
});
