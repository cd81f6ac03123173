/** RFC 5321 §4.5.3.1.1. */
const MAX_LOCAL_PART = 64;

/** What stands behind the @, lower-cased. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/**
 * The bounce address made unique by a token, as in `bounce+0123@example.org`. Throws for a result that
 * is no address of RFC 5321 §4.1.2: the config file is checked for room.
 */
export function verpAddress(bounceAddress: string, token: string): string {
  const at = bounceAddress.lastIndexOf("@");
  const local = `${bounceAddress.slice(0, at)}+${token}`;
  if (at < 1 || local.length > MAX_LOCAL_PART || !/^[\w.+-]+$/.test(token)) {
    throw new TypeError(`no room for a token in the bounce address ${bounceAddress}`);
  }
  return `${local}${bounceAddress.slice(at)}`;
}
