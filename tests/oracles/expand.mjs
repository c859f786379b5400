// Expands a calendar as ical.js reads it, which Thunderbird uses.
//
// Reads an .ics from standard input; `expand.mjs FROM TO` prints each occurrence that begins from FROM on and before TO
// (as 2026-01-01T00:00:00Z) as a JSON line: its UID, start and end. Times are in UTC; all-day occurrences are dates.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

// The library stands where KALENDS_ORACLES says, not beside this file.
const at = path.join(process.env.KALENDS_ORACLES ?? ".", "package.json");
const { default: ICAL } = await import(pathToFileURL(createRequire(path.resolve(at)).resolve("ical.js")));

const [from, to] = process.argv.slice(2, 4).map((text) => ICAL.Time.fromDateTimeString(text));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const vevents = calendar.getAllSubcomponents("vevent");
const changed = vevents.filter((component) => component.hasProperty("recurrence-id"));
// Unless it is given them, an event takes the changed occurrences of all others for its own.
const events = vevents.filter((component) => !changed.includes(component)).map((component) => {
  const uid = component.getFirstPropertyValue("uid");
  return new ICAL.Event(component, { exceptions: changed.filter((it) => it.getFirstPropertyValue("uid") === uid) });
});

function tell(uid, start, end) {
  const within = start.isDate
    ? start.toString() >= from.toString().slice(0, 10) && start.toString() < to.toString().slice(0, 10)
    : start.compare(from) >= 0 && start.compare(to) < 0;
  const told = (time) => (time.isDate ? time.toString() : time.convertToZone(ICAL.Timezone.utcTimezone).toString());
  if (within) console.log(JSON.stringify({ uid, start: told(start), end: told(end) }));
}

for (const event of events) {
  if (!event.isRecurring()) {
    tell(event.uid, event.startDate, event.endDate);
    continue;
  }
  const iterator = event.iterator();
  const last = to.clone();
  // An occurrence from behind may have been moved before it.
  last.addDuration(ICAL.Duration.fromSeconds(60 * 86_400));
  for (let next = iterator.next(); next; next = iterator.next()) {
    // It gives a period of an RDATE as it is, and knows no details of it.
    const period = next.icalclass === "icalperiod" ? next : null;
    if ((period?.start ?? next).compare(last) >= 0) break;
    const details = period ? { startDate: period.start, endDate: period.getEnd() } : event.getOccurrenceDetails(next);
    tell(event.uid, details.startDate, details.endDate);
  }
}
