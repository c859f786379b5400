"""Expands a calendar as Python's icalendar and recurring-ical-events read it.

Reads an .ics from standard input; `expand.py FROM TO` prints each occurrence that begins from FROM on and before TO
(as 2026-01-01T00:00:00Z) as a JSON line: its UID, start and end. Times are in UTC; all-day occurrences are dates.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

import icalendar
import recurring_ical_events


def told(when):
    if isinstance(when, datetime):
        if when.tzinfo is None:
            raise SystemExit(f"a floating time: {when}")
        return when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return when.isoformat()


def end_of(event):
    start = event["DTSTART"].dt
    if "DTEND" in event:
        return event["DTEND"].dt
    if "DURATION" in event:
        return start + event["DURATION"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def main():
    begin, end = (datetime.fromisoformat(text) for text in sys.argv[1:3])
    calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
    # A day more at both ends: that of a date depends on where one is.
    day = timedelta(days=1)
    for event in recurring_ical_events.of(calendar).between(begin - day, end + day):
        start = event["DTSTART"].dt
        if isinstance(start, datetime):
            within = begin <= start < end
        else:
            within = begin.date() <= start < end.date()
        if within:
            print(json.dumps({"uid": str(event["UID"]), "start": told(start), "end": told(end_of(event))}))


main()
