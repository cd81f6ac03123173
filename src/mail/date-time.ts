const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

/** Hours from UTC (RFC 5322 §4.3); other names of zones are taken as UTC, as it asks. */
const OBSOLETE_ZONES: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

const DATE_TIME =
  /^(?:[A-Za-z]{3,9},? {1,3})?(\d{1,2}) {1,3}([A-Za-z]{3})[a-z]{0,6} {1,3}(\d{2,4}) {1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?: {0,3}([+-]\d{4}|[A-Za-z]{1,5}))?$/;
const MAX_LENGTH = 100;
const MINUTE = 60_000;

/** Reads a date without comments (RFC 5322 §3.3 and §4.3) as milliseconds since the epoch. */
export function parseDateTime(text: string): number | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = DATE_TIME.exec(text.replaceAll(/\s/g, " ").trim());
  if (match === null) return undefined;
  const [, day, monthName, year, hour, minute, second = "0", zone] = match;
  const month = MONTHS.findIndex((name) => name.toLowerCase() === monthName?.toLowerCase());
  const offset = zoneMinutes(zone);
  if (month < 0 || offset === undefined || zone === undefined) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const at = Date.UTC(
    fullYear(year ?? ""),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // The 31st of February would silently become a day of March.
  const date = new Date(at - (Number(second) === 60 ? 1000 : 0));
  return date.getUTCDate() === Number(day) ? at - offset * MINUTE : undefined;
}

/** A Date field's body in UTC (RFC 5322 §3.3). */
export function formatDateTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${DAYS[date.getUTCDay()]}, ${day} ${time} +0000`;
}

/** Two and three digits are obsolete years (RFC 5322 §4.3). */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const numeric = /^([+-])(\d{2})(\d{2})$/.exec(zone);
  if (numeric === null) return (OBSOLETE_ZONES[zone.toUpperCase()] ?? 0) * 60;
  const [, sign, hours, minutes] = numeric;
  if (Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
