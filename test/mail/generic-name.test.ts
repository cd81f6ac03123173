import { expect, it } from "vitest";
import { genericReason } from "../../src/mail/generic-name.ts";
import { parseIp } from "../../src/mail/ip-address.ts";

const V4 = "192.0.2.25";
const V6 = "2001:db8:12:34:5054:ff:fe12:3456";

it.each([
  ["static.25.2.0.192.clients.your-server.de", V4],
  ["ec2-192-0-2-25.eu-west-1.compute.amazonaws.com", V4],
  ["ip-192-0-2-25.eu-central-1.compute.internal", V4],
  ["25.2.0.192.bc.googleusercontent.com", V4],
  ["vps-1a2b3c4d.vps.ovh.net", V4],
  ["ns3012345.ip-192-0-2.eu", V4],
  ["vmi123456.contaboserver.net", V4],
  ["v2202011134567123456.supersrv.de", V4],
  ["li123-45.members.linode.com", V4],
  ["192-0-2-25.ip.linodeusercontent.com", V4],
  ["192.0.2.25.vultrusercontent.com", V4],
  ["h1234567.stratoserver.net", V4],
  ["s12345678.onlinehome-server.info", V4],
  ["192-0-2-25-dynamic.isp.example", V4],
  ["host25.2.0.192.isp.example", V4],
  ["host-192-0-2-25.isp.example", V4],
  ["p192000002025.isp.example", V4],
  ["025-002-000-192.isp.example", V4],
  ["c0000219.isp.example", V4],
  ["xc0000219.isp.example", V4],
  ["3221226009.isp.example", V4],
  ["25-2-0.net-192.isp.example", V4],
  ["mail-192-0-2-25.isp.example", V4],
  ["host25.dyn.isp.example", V4],
  ["pool-17.isp.example", V4],
  ["dsl-0815.isp.example", V4],
  ["cust25.isp.example", V4],
  ["25.static.isp.example", V4],
  ["vps12345.hoster.example", V4],
  ["25.2.0.192.in-addr.arpa", V4],
  ["Host25.DYN.isp.example.", V4],
  ["2001-db8-12-34-5054-ff-fe12-3456.isp.example", V6],
  ["2001-0db8-0012-0034-5054-00ff-fe12-3456.isp.example", V6],
  ["20010db800120034505400fffe123456.isp.example", V6],
  ["6.5.4.3.2.1.e.f.f.f.0.0.4.5.0.5.4.3.0.0.2.1.0.0.8.b.d.0.1.0.0.2.isp.example", V6],
  ["5054-ff-fe12-3456.isp.example", V6],
  ["static-17.isp.example", V6],
])("%s of %s is generic", (name, address) => {
  expect(reason(name, address)).toEqual(expect.any(String));
});

it.each([
  ["mail.example.org", V4],
  ["mx1.example.org", V4],
  ["example.org", V4],
  ["mail2.cust.example.net", V4],
  ["mta25.static.example.net", V4],
  ["smtp-out-25.example.org", V4],
  ["static.example.org", V4],
  ["pool.example.org", V4],
  ["server1.example.org", V4],
  ["host25.example.org", V4],
  ["a192.b2.example.org", V4],
  ["m192-25.mailgun.example", V4],
  ["o25.ptr1234.example.com", V4],
  ["mail-lj1-f180.google.com", "209.85.208.180"],
  ["a8-29.smtp-out.amazonses.com", "54.240.8.29"],
  ["mail-bn8nam12on2045.outbound.protection.outlook.com", "40.107.237.45"],
  ["mta211a-ord.mtasv.net", V4],
  ["mout.kundenserver.de", V4],
  ["mx2.dyn.com", V4],
  ["s1.vps.example", V4],
  ["face1234.example.org", V4],
  ["mail.example.org", V6],
  ["mail6.db8.example.org", V6],
  ["mx-2001.example.org", V6],
  ["fe12.example.org", V6],
  ["mail.example.org", "2001:db8::25"],
  ["mx-0-0-0-0.example.org", "2001:db8::25"],
])("%s of %s is a name of its own", (name, address) => {
  expect(reason(name, address)).toBeUndefined();
});

it.each("vps1 vm1 ip1 user1 client7 dyn1 nat1 static1 server-vps2 box1.vps".split(" "))(
  "%s is a name of its own where its owner sends mail",
  (host) => {
    expect(reason(`${host}.example.org`, V4, "example.org")).toBeUndefined();
    expect(reason(`${host}.example.org`, V4, "lists.example.org")).toBeUndefined();
  },
);

it("takes a name that spells the address for generic even among one's own", () => {
  expect(reason("host-192-0-2-25.example.org", V4, "example.org")).toBe("it spells the address");
});

it("says why", () => {
  expect(reason("vps-1.vps.ovh.net", V4)).toMatch(/vps\.ovh\.net/);
  expect(reason("host-192-0-2-25.isp.example", V4)).toBe("it spells the address");
  expect(reason("pool-17.isp.example", V4)).toBe('it says "pool" and a number');
});

it("does not mind names of any length and content", () => {
  for (const name of ["", ".", "-".repeat(5_000), "1.".repeat(126), "\\000\\255.example"]) {
    expect(reason(name, V4)).toBeUndefined();
  }
});

function reason(name: string, address: string, owner?: string): string | undefined {
  const ip = parseIp(address);
  if (ip === undefined) throw new TypeError(`no address: ${address}`);
  return genericReason(name, ip, owner);
}
