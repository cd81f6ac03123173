import type { ErrorCode } from "yaml";

/**
 * The YAML parser's own messages quote the file, and what they quote may be a password that begins
 * with `*` or `&`. These quote nothing; the position says where to look.
 */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "an alias (*) with an anchor or tag of its own, expected the alias alone",
  BAD_ALIAS:
    "an alias (*) that names no anchor above it, expected quotes around a text that begins with *",
  BAD_COLLECTION_TYPE: "a tag that does not fit what follows it, expected no tag",
  BAD_DIRECTIVE: "an unknown % directive, expected quotes around a text that begins with %",
  BAD_DQ_ESCAPE:
    "an unknown \\ escape, expected \\\\ for a backslash, or 'single quotes' around the text",
  BAD_INDENT: "wrong indentation, expected it in line with its neighbours, in spaces",
  BAD_PROP_ORDER: "an anchor or tag in the wrong place, expected it right before its value",
  BAD_SCALAR_START: "a text that may not begin like this, expected it in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a mapping within a line, expected quotes around a text that contains ': '",
  BLOCK_IN_FLOW: "a block within [ ] or { }, expected one style of list",
  DUPLICATE_KEY: "the same key twice, expected it once",
  IMPOSSIBLE: "not YAML, expected keys and values",
  KEY_OVER_1024_CHARS: "a key of more than 1024 characters, expected a known key",
  MISSING_CHAR:
    "a missing quote, bracket, comma, colon or blank, expected what closes or separates",
  MULTILINE_IMPLICIT_KEY: "a key of several lines, expected 'key: value' on a line",
  MULTIPLE_ANCHORS: "two anchors (&) on one value, expected one",
  MULTIPLE_DOCS: "a second document (---), expected one document",
  MULTIPLE_TAGS: "two tags (!) on one value, expected none",
  NON_STRING_KEY: "a key that is not text, expected a known key",
  RESOURCE_EXHAUSTION: "nested too deeply, or too many aliases (*), expected a config file",
  TAB_AS_INDENT: "a tab in the indentation, expected spaces",
  TAG_RESOLVE_FAILED: "an unknown tag (!), expected quotes around a text that begins with !",
  UNEXPECTED_TOKEN: "something unexpected here, expected 'key: value' or '- item'",
};

/** What is wrong with the YAML, without a word of it. */
export function describeSyntaxError(code: ErrorCode): string {
  return WORDS[code];
}
