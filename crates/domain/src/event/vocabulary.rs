//! The fixed words of an event.

use crate::words::words;

words! {
    /// What sort of thing an event is.
    Kind {
        /// Nothing more special.
        Event = "event",
        /// People meet.
        Meeting = "meeting",
        /// Something is due.
        Deadline = "deadline",
        /// A class is taught.
        Class = "class",
        /// An exam is sat.
        Exam = "exam",
        /// Somebody studies.
        StudySession = "study_session",
    } one of "event, meeting, deadline, class, exam, study_session";

    /// How much an event matters (RFC 5545 3.8.1.9: 1, 5, 9).
    Priority {
        /// PRIORITY 9.
        Low = "low",
        /// PRIORITY 5.
        Medium = "medium",
        /// PRIORITY 1.
        High = "high",
    } one of "low, medium, high";

    /// Whether an event takes place (RFC 5545 3.8.1.11).
    Status {
        /// It does.
        Confirmed = "confirmed",
        /// It may.
        Tentative = "tentative",
        /// It does not.
        Cancelled = "cancelled",
    } one of "confirmed, tentative, cancelled";

    /// Whether an event makes its people busy (RFC 5545 3.8.2.7).
    Transparency {
        /// It does.
        Opaque = "opaque",
        /// It does not.
        Transparent = "transparent",
    } one of "opaque, transparent";

    /// Who may read more of an event than when it is, where its calendar is public (RFC 5545 3.8.1.3).
    Class {
        /// Whoever reads the calendar.
        Public = "public",
        /// The calendar's members.
        Private = "private",
        /// The same, said with more emphasis.
        Confidential = "confidential",
    } one of "public, private, confidential";

    /// What an attendee answered (PARTSTAT, RFC 5545 3.2.12).
    Rsvp {
        /// Nothing yet.
        NeedsAction = "needs_action",
        /// Comes.
        Accepted = "accepted",
        /// Does not come.
        Declined = "declined",
        /// Perhaps comes.
        Tentative = "tentative",
    } one of "needs_action, accepted, declined, tentative";
}
