//! Single rules.

use super::*;
use crate::sync::remote::{Field, Fields, Original, Part};

fn only(mut plan: Plan) -> Decision {
    assert_eq!(plan.decisions.len(), 1, "{plan:?}");
    plan.decisions.remove(0)
}

#[test]
fn both_sides_keep_what_the_other_did_not_touch() {
    let before = event(1, "Before", None, 10);
    let mut here = Event { version: 2, updated_at: at(30), ..before.clone() };
    here.details.title = "Ours".into();
    here.details.location = Some("Hall 1".into());
    let mut told = item(&before, "v2", 20);
    let Content::Whole(whole) = &mut told.content else { unreachable!() };
    whole.facts.title = "Theirs".into();
    whole.facts.description = Some("Bring cake".into());
    let decision = only(decide(input(vec![pair(&before, "v1")], vec![here], vec![told])));
    let Here::Change(copy) = &decision.here else { panic!("{decision:?}") };
    assert_eq!((copy.facts.title.as_str(), copy.facts.description.as_deref()), ("Ours", Some("Bring cake")));
    assert_eq!(copy.facts.location.as_deref(), Some("Hall 1"));
    let There::Change { fields, .. } = &decision.there else { panic!("{decision:?}") };
    assert_eq!(*fields, Fields::from([Field::Title, Field::Location]));
    let lost = Lost { side: Side::There, part: None, field: Some(Field::Title), value: "Theirs".into() };
    assert_eq!(decision.lost, [lost]);
}

#[test]
fn what_a_provider_cannot_hold_is_neither_lost_nor_sent_again() {
    let mut rich = event(1, "Before", None, 10);
    rich.details.color = Some("#123456".into());
    rich.details.class = crate::event::Class::Private;
    // Told again, as the provider holds it: adopted as it is.
    let decision = only(decide(input(vec![], vec![rich.clone()], vec![item(&rich, "v1", 20)])));
    assert_eq!((&decision.here, &decision.there), (&Here::Nothing, &There::Nothing));
    // Somebody changes the title there: only that comes.
    let pair = decision.pair(&rich).unwrap();
    let mut told = item(&rich, "v2", 30);
    let Content::Whole(whole) = &mut told.content else { unreachable!() };
    whole.facts.title = "Theirs".into();
    let decision = only(decide(input(vec![pair], vec![rich], vec![told])));
    let Here::Change(copy) = &decision.here else { panic!("{decision:?}") };
    assert_eq!((copy.facts.color.as_deref(), copy.facts.class), (Some("#123456"), crate::event::Class::Private));
    assert_eq!(decision.there, There::Nothing);
}

#[test]
fn one_occurrence_comes_and_goes_alone() {
    let before = event(1, "Class", Some("FREQ=WEEKLY;COUNT=5"), 10);
    let known = pair(&before, "v1");
    let week = jiff::Span::new().days(7);
    let second = original(&before.details.span, before.details.span.start.checked_add(week).unwrap());
    // Cancelled there.
    let cancelled = Item {
        id: "part-2".into(),
        etag: Some("p1".into()),
        updated: Some(at(30)),
        origin: None,
        uid: None,
        content: Content::Part(Part { series: known.remote.clone(), original: second, facts: None }),
    };
    let decision = only(decide(input(vec![known], vec![before.clone()], vec![cancelled])));
    let Here::Change(copy) = &decision.here else { panic!("{decision:?}") };
    let mut here = before;
    copy.write_to(&mut here, &mut uuid::Uuid::nil).unwrap();
    assert_eq!(here.recurrence.as_ref().unwrap().exdates().len(), 1);
    assert_eq!(decision.there, There::Nothing);
    here.version = 2;
    let known = decision.pair(&here).unwrap();
    // Another one changes here: only that goes.
    let third = here.details.span.start.checked_add(jiff::Span::new().days(14)).unwrap();
    let details = Details {
        title: "Exam".into(),
        span: Span { start: third, ..here.details.span.clone() },
        ..here.details.clone()
    };
    here.override_occurrence(third, details).unwrap();
    (here.version, here.updated_at) = (3, at(40));
    let decision = only(decide(input(vec![known], vec![here.clone()], vec![])));
    let There::Change { fields, parts, strays } = &decision.there else { panic!("{decision:?}") };
    assert!(fields.is_empty() && strays.is_empty());
    assert_eq!(parts.iter().copied().collect::<Vec<_>>(), [original(&here.details.span, third)]);
}

#[test]
fn an_occurrence_without_its_series_is_an_event_until_the_series_comes() {
    let series = event(1, "Class", Some("FREQ=WEEKLY;COUNT=5"), 10);
    let Content::Whole(whole) = item(&series, "v1", 10).content else { unreachable!() };
    let start = series.details.span.starts_at();
    let part = Item {
        id: "part-1".into(),
        etag: Some("p1".into()),
        updated: Some(at(10)),
        origin: None,
        uid: Some("shared".into()),
        content: Content::Part(Part {
            series: "series".into(),
            original: Original::At(start),
            facts: Some(Facts { title: "Guest".into(), ..whole.facts.clone() }),
        }),
    };
    let decision = only(decide(input(vec![], vec![], vec![part.clone()])));
    assert!(
        matches!(&decision.here, Here::Make { copy, .. } if copy.recurrence.is_none() && copy.facts.title == "Guest")
    );
    let alone = event(2, "Guest", None, 10);
    let known = decision.pair(&alone).unwrap();
    let told = Item {
        id: "series".into(),
        etag: Some("s1".into()),
        origin: None,
        uid: Some("shared".into()),
        ..item(&series, "s1", 20)
    };
    let plan = decide(input(vec![known], vec![alone], vec![part, told]));
    assert!(plan.decisions.iter().any(|it| it.here == Here::Delete));
    assert!(plan.decisions.iter().any(
        |it| matches!(&it.here, Here::Make { copy, .. } if copy.parts.values().any(|part| part.as_ref().is_some_and(|it| it.title == "Guest")))
    ));
}

#[test]
fn most_of_a_calendar_is_deleted_only_when_asked_again() {
    let events: Vec<Event> = (1..=11).map(|n| event(n, "Event", None, 10)).collect();
    let pairs: Vec<Pair> = events.iter().map(|event| pair(event, "v1")).collect();
    let gone = |n: usize| -> Vec<Item> {
        events.iter().take(n).map(|it| Item { content: Content::Deleted, ..item(it, "v2", 20) }).collect()
    };
    for (deleted, confirmed, held) in [(5, false, false), (6, false, true), (6, true, false)] {
        let plan = decide(Input { confirmed, ..input(pairs.clone(), events.clone(), gone(deleted)) });
        assert_eq!(plan.decisions.len(), if held { 0 } else { deleted });
        assert_eq!(plan.held.len(), usize::from(held));
    }
    // The same the other way round.
    let deleted: Vec<Event> =
        events.iter().map(|it| Event { deleted_at: Some(at(20)), version: 2, ..it.clone() }).collect();
    let plan = decide(input(pairs.clone(), deleted, vec![]));
    assert_eq!(plan.held, [Held { side: Side::There, deletions: 11, of: 11 }]);
    assert!(plan.decisions.is_empty());
    // Ten are few.
    let plan = decide(input(pairs[..10].to_vec(), events[..10].to_vec(), gone(10)));
    assert_eq!(plan.decisions.len(), 10);
}

#[test]
fn a_copy_of_a_copy_is_an_event_of_its_own() {
    // Providers copy the private mark along when a person duplicates an event.
    let ours = event(1, "Event", None, 10);
    let twin = Item { id: "twin".into(), uid: Some("twin".into()), ..item(&ours, "t1", 20) };
    let decision = only(decide(input(vec![pair(&ours, "v1")], vec![ours], vec![twin])));
    assert!(matches!(decision.here, Here::Make { .. }));
}

#[test]
fn what_was_refused_waits_for_a_change_here() {
    let ours = event(1, "Event", None, 10);
    let refused = Pair { etag: None, refused: Some("too long".into()), ..pair(&ours, "v1") };
    for complete in [false, true] {
        let again = Input { complete, ..input(vec![refused.clone()], vec![ours.clone()], vec![]) };
        assert!(decide(again).decisions.is_empty());
    }
    let changed = Event { version: 2, details: Details { title: "Shorter".into(), ..ours.details.clone() }, ..ours };
    assert_eq!(only(decide(input(vec![refused], vec![changed], vec![]))).there, There::Insert);
}

#[test]
fn what_cannot_be_read_is_left_alone_and_said() {
    let ours = event(1, "Event", None, 10);
    let odd = Item { content: Content::Unreadable("has a rule".into()), ..item(&ours, "v2", 20) };
    let plan = decide(Input { complete: true, ..input(vec![pair(&ours, "v1")], vec![ours.clone()], vec![odd]) });
    assert!(plan.decisions.is_empty());
    assert_eq!(plan.unreadable, [(copy_id(ours.id), "has a rule".to_owned())]);
}

#[test]
fn what_comes_is_cut_to_what_an_event_can_hold() {
    let Content::Whole(whole) = item(&event(1, "x", None, 10), "v1", 10).content else { unreachable!() };
    let facts = Facts {
        title: "\u{0}".into(),
        description: Some("a\u{0}b\n".into()),
        location: Some(String::new()),
        color: Some("no colour".into()),
        reminders: vec![99_999, 10, 10],
        ..whole.facts
    };
    let facts = facts.bounded();
    assert_eq!(facts.title, "(No title)");
    assert_eq!((facts.description.as_deref(), facts.location, facts.color), (Some("ab\n"), None, None));
    assert_eq!(facts.reminders, [10, 10_080]);
}

fn mirrored(pairs: Vec<Pair>, events: Vec<Event>, items: Vec<Item>) -> Plan {
    let plan = decide(Input { mirror: true, confirmed: true, ..input(pairs, events, items) });
    assert!(
        plan.decisions.iter().all(|it| it.here == Here::Nothing && it.lost.is_empty()),
        "nothing comes here: {plan:?}"
    );
    plan
}

#[test]
fn what_is_only_shown_there_is_put_back() {
    let ours = event(1, "Ours", None, 10);
    let mut told = item(&ours, "v2", 99);
    let Content::Whole(whole) = &mut told.content else { unreachable!() };
    whole.facts.title = "Theirs".into();
    let known = pair(&ours, "v1");
    let decision = only(mirrored(vec![known.clone()], vec![ours.clone()], vec![told]));
    let There::Change { fields, .. } = &decision.there else { panic!("{decision:?}") };
    assert_eq!(*fields, Fields::from([Field::Title]));
    // The write failed: it is told again, although nothing is told from there.
    let unsent = decision.pair(&ours).unwrap();
    let again = only(mirrored(vec![unsent], vec![ours.clone()], vec![]));
    assert_eq!(again.there, decision.there);
    // Deleted there, however late: it comes back.
    let gone = Item { content: Content::Deleted, ..item(&ours, "v3", 99) };
    let decision = only(mirrored(vec![known], vec![ours], vec![gone]));
    assert_eq!((decision.there, decision.remember), (There::Insert, Remember::Nothing));
}

#[test]
fn what_is_only_shown_there_follows_what_is_here() {
    let [before, gone, new] = [1, 2, 3].map(|n| event(n, "Before", None, 10));
    let mut after = Event { version: 2, updated_at: at(30), ..before.clone() };
    after.details.title = "After".into();
    let deleted = Event { version: 2, deleted_at: Some(at(30)), ..gone.clone() };
    let alien = Item { id: "alien".into(), origin: None, uid: Some("alien".into()), ..item(&before, "v9", 5) };
    let plan = mirrored(vec![pair(&before, "v1"), pair(&gone, "v1")], vec![after, deleted, new], vec![alien]);
    let told: Vec<_> = plan.decisions.iter().map(|it| (it.event.unwrap(), std::mem::discriminant(&it.there))).collect();
    let kind = |there: &There| std::mem::discriminant(there);
    let change = There::Change { fields: Fields::new(), parts: [].into(), strays: vec![] };
    assert_eq!(told, [(id(1), kind(&change)), (id(2), kind(&There::Delete)), (id(3), kind(&There::Insert))]);
    assert!(mirrored(vec![pair(&before, "v1")], vec![before], vec![]).decisions.is_empty(), "what is the same stays");
}
