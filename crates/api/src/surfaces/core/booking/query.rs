//! The query of whoever asks for slots.

use jiff::Timestamp;
use kalends_domain::booking::check_range;
use kalends_domain::event::Window;
use utoipa::IntoParams;

use crate::fields::{Fields, Read};
use crate::read::instant;

/// A range of at most 62 days.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SlotRange {
    /// The beginning of the range.
    #[param(value_type = String, format = DateTime, example = "2026-03-02T00:00:00-05:00")]
    start: Timestamp,
    /// The end of the range, later than its start by 62 days at most; exclusive.
    #[param(value_type = String, format = DateTime, example = "2026-03-07T00:00:00-05:00")]
    end: Timestamp,
}

impl SlotRange {
    pub(super) fn window(&self) -> Window {
        Window { from: self.start, to: self.end }
    }
}

impl Read for SlotRange {
    fn read(f: &mut Fields) -> Option<Self> {
        let start = f.required("start", instant);
        let end = f.required("end", instant);
        let range = Self { start: start?, end: end? };
        for problem in check_range(range.window()).err().into_iter().flat_map(|problems| problems.0) {
            f.problem(&problem.field, problem.message);
        }
        Some(range)
    }
}
