import type { DeadList } from "./blocklist.ts";
import { isWithin } from "./organisation.ts";

/** Nobody wrote down when. */
const GONE = "ended before 2021, date unknown";

/** Ended, renamed, or answering nonsense. Many are still in the defaults of other programs. */
const DEAD_LISTS: readonly DeadList[] = [
  { zone: "sorbs.net", fate: "was switched off in June 2024" },
  { zone: "ix.dnsbl.manitu.net", fate: "was closed on 16 January 2025" },
  { zone: "db.wpbl.info", fate: "had ended by July 2025" },
  { zone: "dnsbl.cyberlogic.net", fate: "had ended by July 2025" },
  { zone: "rbl.msrbl.net", fate: "had ended by July 2025" },
  { zone: "wormrbl.imp.ch", fate: "had ended by July 2025" },
  { zone: "spamrbl.imp.ch", fate: "had become spamrbl.swinog.ch by July 2025" },
  { zone: "virbl.bit.nl", fate: "ended in January 2017" },
  { zone: "virbl.dnsbl.bit.nl", fate: "ended in January 2017" },
  { zone: "dnsbl.inps.de", fate: "ended on 25 May 2020" },
  { zone: "dnswl.inps.de", fate: "ended on 25 May 2020" },
  { zone: "ubl.unsubscore.com", fate: "was reported offline by June 2024" },
  { zone: "ubl.lashback.com", fate: "was reported offline by June 2024" },
  { zone: "bl.emailbasura.org", fate: "was sold in October 2019 and lists the world" },
  {
    zone: "dnsbl.burnt-tech.com",
    fate: "lost its domain in a September, year unknown, and lists the world",
  },
  { zone: "bl.spamcannibal.org", fate: "ended in 2018 and has listed the world" },
  { zone: "dsbl.org", fate: "ended in May 2008" },
  { zone: "cbl.abuseat.org", fate: "is a part of zen.spamhaus.org and would count twice" },
  { zone: "dwl.spamhaus.org", fate: "has not been supported since December 2018" },
  { zone: "swl.spamhaus.org", fate: "has not been supported since December 2018" },
  { zone: "public.sarbl.org", fate: "was orphaned by February 2023" },
  { zone: "dob.sibl.support-intelligence.net", fate: GONE },
  { zone: "bl.tiopan.com", fate: GONE },
  {
    zone: "0spam.fusionzero.com",
    fate: "became bl.0spam.org before 2021, date unknown",
  },
  { zone: "bl.deadbeef.com", fate: GONE },
  { zone: "korea.services.net", fate: GONE },
  { zone: "access.redhawk.org", fate: GONE },
  { zone: "ahbl.org", fate: "ended in January 2015 and has listed the world" },
  { zone: "njabl.org", fate: "ended in March 2013" },
  { zone: "dnsbl.net.au", fate: GONE },
  { zone: "blackholes.five-ten-sg.com", fate: GONE },
  { zone: "opm.blitzed.org", fate: "ended in May 2006" },
  { zone: "ordb.org", fate: "ended in December 2006 and has listed the world" },
  { zone: "uribl.rspamd.com", fate: "takes hashed names, which Mailcanary does not send" },
  { zone: "email.rspamd.com", fate: "takes hashed names, which Mailcanary does not send" },
  { zone: "hashbl.surbl.org", fate: "takes hashed names, which Mailcanary does not send" },
  { zone: "ebl.msbl.org", fate: "takes hashed names, which Mailcanary does not send" },
];

/** Why a zone must not be asked: the list of that name, or one that it lies below; lower case. */
export function deadList(zone: string): DeadList | undefined {
  return DEAD_LISTS.find((dead) => isWithin(zone, dead.zone));
}
