//! `POST /api/v1/calendar/availability/open-slots`

use actix_web::post;
use jiff::Timestamp;
use kalends_app::GroupSlots;
use kalends_domain::booking::{BUFFER_MINUTES_MAX, DURATION_MINUTES, GROUP_SLOTS_MAX, GroupWish, WorkingHours};
use kalends_domain::event::TimeInput;
use kalends_domain::id::UserId;
use kalends_domain::time::Zone;
use serde::Serialize;
use utoipa::ToSchema;

use super::free_busy::people;
use super::{window, written};
use crate::answer::{Answer, ok};
use crate::extract::Json;
use crate::fields::{Fields, Read};
use crate::read::{integer, zone};
use crate::state::State;
use crate::surfaces::core::booking::settings::{Week, week};
use crate::surfaces::legal::errors::{Code, example};
use crate::surfaces::legal::{Reads, Time};

/// How many slots are shown where nobody says.
const LIMIT: usize = 50;

/// What slots are wanted.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenSlotsQuery)]
#[allow(dead_code)] // documentation: `AskOpenSlots` is read
pub(crate) struct OpenSlotsBody {
    /// Who must be free.
    #[schema(min_items = 1, max_items = 50, example = json!(["usr_019cb3a011117b2c9d3e4f5a6b7c8d9e"]))]
    user_ids: Vec<String>,
    /// The beginning of the range: RFC 3339 with an offset.
    #[schema(format = DateTime, example = "2026-04-01T08:00:00+02:00")]
    from: String,
    /// Its end, later by 366 days at most. A slot lies in it as a whole.
    #[schema(format = DateTime, example = "2026-04-03T18:00:00+02:00")]
    to: String,
    /// How long a slot is.
    #[schema(minimum = 5, maximum = 1440, example = 30)]
    duration_minutes: u32,
    /// How far a slot is from what is busy before and after it.
    #[schema(default = 0, minimum = 0, maximum = 1440, example = 10)]
    buffer_minutes: Option<u32>,
    /// From the start of one slot to the start of the next; without it the duration.
    #[schema(minimum = 5, maximum = 1440, example = 30)]
    interval_minutes: Option<u32>,
    /// The hours of each weekday in which slots lie, as wall times of `timezone`; each interval has its first slot at its
    /// start. Without them slots lie at any time, the first at `from`.
    working_hours: Option<Week>,
    /// The IANA zone of the working hours, and with whose offset slots are shown. Without it: the caller's, where its clocks
    /// show the offset of `from`, or `from` is in UTC; else one of that offset alone.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// Most slots to answer with.
    #[schema(default = 50, minimum = 1, maximum = 1000, example = 10)]
    limit: Option<u32>,
}

/// The same, read.
pub(crate) struct AskOpenSlots {
    people: Vec<UserId>,
    from: (Timestamp, TimeInput),
    to: Timestamp,
    duration: u32,
    buffer: u32,
    interval: Option<u32>,
    hours: Option<WorkingHours>,
    zone: Option<Zone>,
    limit: usize,
}

impl Read for AskOpenSlots {
    fn read(f: &mut Fields) -> Option<Self> {
        let people = f.required("user_ids", people);
        let from = f.required("from", written);
        let to = f.required("to", written);
        let duration = f.required("duration_minutes", integer(DURATION_MINUTES));
        let buffer = f.optional("buffer_minutes", integer(0..=BUFFER_MINUTES_MAX));
        let interval = f.optional("interval_minutes", integer(DURATION_MINUTES));
        let hours = f.optional("working_hours", week);
        let zone = f.optional("timezone", zone);
        let limit = f.optional("limit", integer(1..=GROUP_SLOTS_MAX));
        let hours = match hours.map(|hours| WorkingHours::new(hours.0)).transpose() {
            Ok(hours) => hours,
            Err(problems) => {
                problems.0.into_iter().for_each(|problem| f.problem(&problem.field, problem.message));
                None
            }
        };
        Some(Self {
            people: people?,
            from: from?,
            to: to?.0,
            duration: duration?,
            buffer: buffer.unwrap_or(0),
            interval,
            hours,
            zone,
            limit: limit.unwrap_or(LIMIT),
        })
    }
}

/// Slots in which all are free.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenSlots {
    /// In the order of their starts.
    slots: Vec<OpenSlot>,
}

/// A stretch in which all are free.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenSlot {
    #[schema(inline)]
    start: Time,
    #[schema(inline)]
    end: Time,
}

/// Find open slots.
///
/// Slots of a range in which all of some people are free. Whoever may not be asked about (see the free/busy query) is a
/// validation error, like somebody who does not exist. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal scheduling",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    request_body = OpenSlotsBody,
    responses(
        (status = 200, description = "The first slots.", body = OpenSlots),
        (
            status = 400,
            description = "The range ends before it begins or is too long, or fields are bad; `details` lists them all.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(example(Code::InvalidDateRange, "to must be after from")),
        ),
    )
)]
#[post("/api/v1/calendar/availability/open-slots")]
pub(crate) async fn open_slots(state: State, Reads(caller): Reads, Json(asked): Json<AskOpenSlots>) -> Answer {
    let (from, written) = asked.from;
    let zone = asked.zone.unwrap_or_else(|| written.zone(&caller.user.timezone));
    let wish = GroupWish {
        window: window(from, asked.to)?,
        duration: asked.duration,
        buffer: asked.buffer,
        interval: asked.interval,
        hours: asked.hours,
        zone: zone.clone(),
        limit: asked.limit,
    };
    let found = state.app.group_slots(&caller.actor, &GroupSlots { people: asked.people, wish }).await?;
    let shown = |at| Time::in_zone(at, &zone);
    let slots = found.iter().map(|slot| OpenSlot { start: shown(slot.start), end: shown(slot.end) }).collect();
    Ok(ok(OpenSlots { slots }))
}
