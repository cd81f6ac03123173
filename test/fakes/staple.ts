import { X509Certificate } from "node:crypto";
import { der } from "./der.ts";

interface Wording {
  /** OCSPResponseStatus: 0 is a proper answer. */
  readonly response?: number;
  readonly status?: "good" | "revoked" | "unknown";
  readonly nextUpdate?: Date | undefined;
}

/** What an authority's OCSP responder says of a certificate (RFC 6960 §4.2.1), its signature apart. */
export function staple(
  pem: string,
  { response = 0, status = "good", nextUpdate }: Wording = {},
): Buffer {
  const nothing = Buffer.alloc(0);
  const at = new Date("2026-11-01T00:00:00Z");
  const serial = Buffer.from(new X509Certificate(pem).serialNumber, "hex");
  const statuses = {
    good: der.tagged(0x80, nothing),
    revoked: der.tagged(0xa1, der.time(at)),
    unknown: der.tagged(0x82, nothing),
  };
  const single = der.sequence(
    der.sequence(
      der.sequence(der.oid("1.3.14.3.2.26")),
      der.octets(Buffer.alloc(20)),
      der.octets(Buffer.alloc(20)),
      der.tagged(0x02, serial),
    ),
    statuses[status],
    der.time(at),
    ...(nextUpdate === undefined ? [] : [der.tagged(0xa0, der.time(nextUpdate))]),
  );
  const data = der.sequence(
    der.tagged(0xa2, der.octets(Buffer.alloc(20))),
    der.time(at),
    der.sequence(single),
  );
  const basic = der.sequence(data, der.sequence(der.oid("1.2.840.10045.4.3.2")), der.bits(nothing));
  const bytes = der.sequence(der.oid("1.3.6.1.5.5.7.48.1.1"), der.octets(basic));
  return der.sequence(der.tagged(0x0a, Buffer.from([response])), der.tagged(0xa0, bytes));
}
