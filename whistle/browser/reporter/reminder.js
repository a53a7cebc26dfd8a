/** A day for one's calendar (RFC 5545) that says nothing about why. */

/** @param {string} day YYYY-MM-DD @param {string} title */
export function reminder(day, title) {
  const date = (/** @type {string} */ iso) => iso.slice(0, 10).replaceAll("-", "");
  const next = new Date(Date.parse(day) + 86_400_000).toISOString();
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calendar//EN", "BEGIN:VEVENT", `UID:${crypto.randomUUID()}`,
    `DTSTAMP:${date(day)}T000000Z`, `DTSTART;VALUE=DATE:${date(day)}`, `DTEND;VALUE=DATE:${date(next)}`,
    `SUMMARY:${title}`, "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR",
  ];
  return `${lines.join("\r\n")}\r\n`;
}
