//! Every state of one side against every state of the other.

// A table: each case stands on its own line, whether another answers the same or not.
#![allow(clippy::match_same_arms)]

use super::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ours {
    Absent,
    Unchanged,
    Changed,
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Theirs {
    /// Nothing is told.
    Silent,
    /// It is told again as it was.
    Again,
    /// Only its mark moved: our own write, or one that undid itself.
    Echo,
    Changed,
    Deleted,
}

/// What is done here and there, in a word each, and whether something is kept in the history.
fn done(plan: &Plan) -> (&'static str, &'static str, bool) {
    assert!(plan.decisions.len() <= 1, "{plan:?}");
    let Some(decision) = plan.decisions.first() else { return ("-", "-", false) };
    assert!(!decision.reason.is_empty());
    let here = match &decision.here {
        Here::Nothing => "-",
        Here::Make { .. } => "make",
        Here::Change(_) => "change",
        Here::Delete => "delete",
        Here::Restore(_) => "restore",
    };
    let there = match &decision.there {
        There::Nothing => "-",
        There::Insert => "insert",
        There::Change { .. } => "change",
        There::Delete => "delete",
    };
    (here, there, !decision.lost.is_empty())
}

/// The event before the last sync was changed at minute 10, and each side's change at 20 or 30.
fn case(ours: Ours, theirs: Theirs, paired: bool, later: Side, complete: bool) -> Plan {
    let before = event(1, "Before", None, 10);
    let (ours_at, theirs_at) = if later == Side::Here { (30, 20) } else { (20, 30) };
    let mut now = before.clone();
    match ours {
        Ours::Absent | Ours::Unchanged => {}
        Ours::Changed => (now.details.title, now.updated_at, now.version) = ("Ours".into(), at(ours_at), 2),
        Ours::Deleted => (now.deleted_at, now.updated_at, now.version) = (Some(at(ours_at)), at(ours_at), 2),
    }
    let events = if ours == Ours::Absent { vec![] } else { vec![now] };
    let mut item = item(&before, "v1", 10);
    match theirs {
        Theirs::Silent | Theirs::Again => {}
        Theirs::Echo => item.etag = Some("v2".into()),
        Theirs::Changed => {
            (item.etag, item.updated) = (Some("v2".into()), Some(at(theirs_at)));
            let Content::Whole(whole) = &mut item.content else { unreachable!() };
            whole.facts.title = "Theirs".into();
        }
        Theirs::Deleted => (item.content, item.updated) = (Content::Deleted, Some(at(theirs_at))),
    }
    let items = if theirs == Theirs::Silent { vec![] } else { vec![item] };
    let pairs = if paired { vec![pair(&before, "v1")] } else { vec![] };
    decide(Input { complete, ..input(pairs, events, items) })
}

#[test]
fn with_a_common_past() {
    use Ours as O;
    use Theirs as T;
    for later in [Side::Here, Side::There] {
        let here = later == Side::Here;
        for ours in [O::Absent, O::Unchanged, O::Changed, O::Deleted] {
            for theirs in [T::Silent, T::Again, T::Echo, T::Changed, T::Deleted] {
                let expected = match (ours, theirs) {
                    // It left this calendar.
                    (O::Absent, T::Deleted) => ("-", "-", false),
                    (O::Absent, _) => ("-", "delete", false),
                    (O::Unchanged, T::Silent | T::Again | T::Echo) => ("-", "-", false),
                    (O::Unchanged, T::Changed) => ("change", "-", false),
                    (O::Unchanged, T::Deleted) => ("delete", "-", false),
                    (O::Changed, T::Silent | T::Again | T::Echo) => ("-", "change", false),
                    (O::Changed, T::Changed) if here => ("-", "change", true),
                    (O::Changed, T::Changed) => ("change", "-", true),
                    (O::Changed, T::Deleted) if here => ("-", "insert", false),
                    (O::Changed, T::Deleted) => ("delete", "-", true),
                    (O::Deleted, T::Silent | T::Again | T::Echo) => ("-", "delete", false),
                    (O::Deleted, T::Changed) if here => ("-", "delete", true),
                    (O::Deleted, T::Changed) => ("restore", "-", false),
                    (O::Deleted, T::Deleted) => ("-", "-", false),
                };
                let plan = case(ours, theirs, true, later, false);
                assert_eq!(done(&plan), expected, "{ours:?} {theirs:?} {later:?}: {plan:?}");
            }
        }
    }
}

#[test]
fn without_a_common_past() {
    use Ours as O;
    use Theirs as T;
    for later in [Side::Here, Side::There] {
        let here = later == Side::Here;
        for ours in [O::Absent, O::Unchanged, O::Changed, O::Deleted] {
            for theirs in [T::Silent, T::Again, T::Echo, T::Changed, T::Deleted] {
                let expected = match (ours, theirs) {
                    (O::Absent | O::Deleted, T::Silent | T::Deleted) => ("-", "-", false),
                    (O::Absent, _) => ("make", "-", false),
                    (O::Unchanged | O::Changed, T::Silent | T::Deleted) => ("-", "insert", false),
                    // Our own copy, found again: nothing is made.
                    (O::Unchanged, T::Again | T::Echo) => ("-", "-", false),
                    (O::Unchanged, T::Changed) => ("change", "-", true),
                    (O::Changed, T::Again | T::Echo) => ("-", "change", true),
                    (O::Changed, T::Changed) if here => ("-", "change", true),
                    (O::Changed, T::Changed) => ("change", "-", true),
                    (O::Deleted, T::Again | T::Echo) => ("-", "delete", false),
                    (O::Deleted, T::Changed) if here => ("-", "delete", false),
                    (O::Deleted, T::Changed) => ("restore", "-", false),
                };
                for complete in [false, true] {
                    let plan = case(ours, theirs, false, later, complete);
                    assert_eq!(done(&plan), expected, "{ours:?} {theirs:?} {later:?} {complete}: {plan:?}");
                }
            }
        }
    }
}

#[test]
fn when_all_is_told_what_is_not_told_is_gone() {
    for later in [Side::Here, Side::There] {
        let of = |ours| case(ours, Theirs::Silent, true, later, true);
        assert_eq!(done(&of(Ours::Unchanged)), ("delete", "-", false));
        // When it was deleted is not known, so what somebody still works on stays.
        assert_eq!(done(&of(Ours::Changed)), ("-", "insert", false));
        assert_eq!(done(&of(Ours::Deleted)), ("-", "-", false));
        assert_eq!(done(&case(Ours::Unchanged, Theirs::Again, true, later, true)), ("-", "-", false));
    }
}

#[test]
fn a_calendar_that_may_only_be_read_is_never_written() {
    for ours in [Ours::Absent, Ours::Unchanged, Ours::Changed, Ours::Deleted] {
        for theirs in [Theirs::Silent, Theirs::Again, Theirs::Echo, Theirs::Changed, Theirs::Deleted] {
            for paired in [true, false] {
                let before = event(1, "Before", None, 10);
                let mut input = input(vec![], vec![], vec![]);
                let now = Event { version: 2, updated_at: at(20), ..event(1, "Ours", None, 20) };
                let now = if ours == Ours::Deleted { Event { deleted_at: Some(at(20)), ..now } } else { now };
                input.events = if ours == Ours::Absent { HashMap::new() } else { HashMap::from([(now.id, now)]) };
                input.items = if theirs == Theirs::Silent { vec![] } else { vec![item(&before, "v2", 15)] };
                input.pairs = if paired { vec![pair(&before, "v1")] } else { vec![] };
                input.writable = false;
                for decision in decide(input).decisions {
                    assert_eq!(decision.there, There::Nothing, "{ours:?} {theirs:?} {paired}: {decision:?}");
                }
            }
        }
    }
}
