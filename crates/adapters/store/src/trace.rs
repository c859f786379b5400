//! A read as a span of a trace, where traces go anywhere: by the name of the port's method, never with its values.

use std::any::type_name;

use tracing::Span;
use tracing::field::Empty;

/// What is traced says so by this target.
const TRACE: &str = "kalends::trace";

/// The span of a read whose query is `Q`: a closure in the method that asks. Where nothing is traced it is nothing.
pub(crate) fn span<Q>() -> Span {
    let span = tracing::debug_span!(target: TRACE, "read", otel.name = Empty, otel.kind = "client");
    if !span.is_disabled() {
        span.record("otel.name", method(type_name::<Q>()));
    }
    span
}

/// The method in whose body a closure stands, as the compiler names it.
fn method(closure: &'static str) -> &'static str {
    let outside = closure.split("::{{closure}}").next().unwrap_or(closure);
    outside.rsplit("::").next().unwrap_or(outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of<Q>(_: &Q) -> &'static str {
        method(type_name::<Q>())
    }

    #[test]
    fn a_read_is_named_by_who_asks() {
        let outer = || || ();
        assert_eq!(name_of(&outer), "a_read_is_named_by_who_asks");
        assert_eq!(name_of(&outer()), "a_read_is_named_by_who_asks");
        assert_eq!(method("<a::Store as b::Users>::find_user::{{closure}}::{{closure}}"), "find_user");
    }
}
