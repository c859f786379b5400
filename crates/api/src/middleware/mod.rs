//! What stands around every request.

mod bounds;
mod headers;
mod limit;
mod observe;
mod recover;
mod trace;

pub(crate) use bounds::bounded;
pub(crate) use headers::{headers, leave_small};
pub(crate) use limit::limit;
pub(crate) use observe::{REQUEST_ID, observe};
pub(crate) use recover::recover;
