//! The fixed words of an event, for the documentation.
#![allow(dead_code)] // documentation only

use utoipa::ToSchema;

/// What sort of thing an event is.
#[derive(ToSchema)]
#[schema(as = EventKind, rename_all = "snake_case", default = "event")]
pub(crate) enum Kind {
    Event,
    Meeting,
    Deadline,
    Class,
    Exam,
    StudySession,
}

/// Whether an event takes place.
#[derive(ToSchema)]
#[schema(as = EventStatus, rename_all = "snake_case", default = "confirmed")]
pub(crate) enum Status {
    Confirmed,
    Tentative,
    Cancelled,
}

/// Whether an event makes its people busy: `opaque` does.
#[derive(ToSchema)]
#[schema(as = EventTransparency, rename_all = "snake_case", default = "opaque")]
pub(crate) enum Transparency {
    Opaque,
    Transparent,
}

/// Who may read more of an event than when it is, where its calendar is public.
#[derive(ToSchema)]
#[schema(as = EventClass, rename_all = "snake_case", default = "public")]
pub(crate) enum Class {
    Public,
    Private,
    Confidential,
}

/// How much an event matters.
#[derive(ToSchema)]
#[schema(as = EventPriority, rename_all = "snake_case")]
pub(crate) enum Priority {
    Low,
    Medium,
    High,
}

/// What an attendee answered; `needs_action` is no answer yet.
#[derive(ToSchema)]
#[schema(as = Rsvp, rename_all = "snake_case")]
pub(crate) enum Rsvp {
    NeedsAction,
    Accepted,
    Declined,
    Tentative,
}

/// What an attendee can answer.
#[derive(ToSchema)]
#[schema(as = RsvpAnswer, rename_all = "snake_case")]
pub(crate) enum Reply {
    Accepted,
    Declined,
    Tentative,
}

/// How much of a series an edit is about: one occurrence, that one and all later ones, or all.
#[derive(ToSchema)]
#[schema(as = EditScope, rename_all = "snake_case")]
pub(crate) enum EditScope {
    This,
    Following,
    All,
}
