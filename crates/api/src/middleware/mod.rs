//! What stands around every request.

mod headers;
mod limit;
mod observe;
mod recover;
mod trace;

pub(crate) use headers::{headers, leave_small};
pub(crate) use limit::{Limiter, limit};
pub(crate) use observe::{REQUEST_ID, observe};
pub(crate) use recover::recover;
