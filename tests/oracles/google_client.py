"""Uses a calendar server as Google's own client does: `google_client.py API_URL TOKEN_URL REFRESH_TOKEN CLIENT_ID CLIENT_SECRET`.

Prints what it found as one JSON object. The client is built from Google's description of the API, which comes with it, so
a call or an answer that is not in that description fails.
"""

import json
import sys

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

API, TOKEN, REFRESH, CLIENT, SECRET = sys.argv[1:6]


def reason(error):
    return [error.resp.status, error.error_details[0]["reason"]]


def refused(request):
    try:
        request.execute()
    except HttpError as error:
        return reason(error)
    return None


def every(request, following):
    """All items of all pages, and the last page."""
    items = []
    while request is not None:
        page = request.execute()
        items += page.get("items", [])
        request, last = following(request, page), page
    return items, last


def main():
    # Without an access token: the client gets one with the refresh token.
    credentials = Credentials(None, refresh_token=REFRESH, token_uri=TOKEN, client_id=CLIENT, client_secret=SECRET)
    options = {"api_endpoint": API + "/"}
    service = build("calendar", "v3", credentials=credentials, client_options=options, static_discovery=True)
    events, found = service.events(), {}

    found["calendars"] = [c["id"] for c in service.calendarList().list().execute()["items"]]
    made = service.calendars().insert(body={"summary": "Made", "timeZone": "Asia/Tokyo"}).execute()
    found["zone"] = service.calendars().get(calendarId=made["id"]).execute()["timeZone"]
    calendar = made["id"]

    when = {"dateTime": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin"}
    until = {"dateTime": "2026-03-02T11:00:00", "timeZone": "Europe/Berlin"}
    body = {
        "id": "abcde",
        "summary": "Lecture",
        "start": when,
        "end": until,
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
        "attendees": [{"email": "bo@example.com"}],
        "extendedProperties": {"private": {"mark": "1"}},
    }
    inserted = events.insert(calendarId=calendar, body=body).execute()
    found["start"] = inserted["start"]["dateTime"]
    found["again"] = refused(events.insert(calendarId=calendar, body=body))
    found["bad_id"] = refused(events.insert(calendarId=calendar, body={**body, "id": "UPPER"}))
    found["bad_rule"] = refused(events.insert(calendarId=calendar, body={**body, "id": "bcdef", "recurrence": ["RRULE:X"]}))

    first, page = every(events.list(calendarId=calendar, maxResults=1), events.list_next)
    found["first"], token = [e["id"] for e in first], page["nextSyncToken"]

    instances, _ = every(events.instances(calendarId=calendar, eventId="abcde", maxResults=3), events.instances_next)
    found["instances"] = [e["id"] for e in instances]
    moved = {"start": {"dateTime": "2026-03-10T10:00:00Z"}, "end": {"dateTime": "2026-03-10T11:00:00Z"}}
    events.patch(calendarId=calendar, eventId=instances[1]["id"], body=moved).execute()
    events.delete(calendarId=calendar, eventId=instances[2]["id"]).execute()
    changed, page = every(events.list(calendarId=calendar, syncToken=token), events.list_next)
    found["changed"] = [[e["id"], e["status"], e["recurringEventId"]] for e in changed]
    token = page["nextSyncToken"]

    patch = events.patch(calendarId=calendar, eventId="abcde", body={"summary": "Other"})
    patch.headers["If-Match"] = '"stale"'
    found["stale"] = refused(patch)
    patch = events.patch(calendarId=calendar, eventId="abcde", body={"summary": "Other"})
    patch.headers["If-Match"] = inserted["etag"]
    found["title"] = patch.execute()["summary"]

    mine, _ = every(events.list(calendarId=calendar, privateExtendedProperty="mark=1"), events.list_next)
    found["mine"] = sorted({e.get("recurringEventId", e["id"]) for e in mine})
    found["colour"] = refused(events.patch(calendarId=calendar, eventId="abcde", body={"colorId": "12"}))

    events.delete(calendarId=calendar, eventId="abcde").execute()
    found["deleted"] = refused(events.delete(calendarId=calendar, eventId="abcde"))
    changed, _ = every(events.list(calendarId=calendar, syncToken=token), events.list_next)
    found["gone"] = [e["id"] for e in changed if e["status"] == "cancelled"]
    back = events.patch(calendarId=calendar, eventId="abcde", body={"status": "confirmed"}).execute()
    found["back"] = back["status"]
    found["unknown"] = refused(events.get(calendarId=calendar, eventId="nobody"))
    found["foreign_token"] = refused(events.list(calendarId="primary", syncToken=token))

    service.acl().insert(calendarId=calendar, body={"role": "reader", "scope": {"type": "user", "value": "bo@example.com"}}).execute()
    service.calendars().delete(calendarId=calendar).execute()
    found["left"] = [c["id"] for c in service.calendarList().list().execute()["items"]]
    print(json.dumps(found))


main()
