//! Random edits on both sides, syncs that fail or whose answers get lost, cursors that are forgotten, links that are made anew: once all
//! is quiet, both sides hold the same, nothing twice, and one more sync does nothing.

use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};

use super::world::World;
use super::*;
use crate::sync::remote::Original;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    MakeHere { series: bool },
    Here(Edit, usize),
    MakeThere { series: bool },
    There(Edit, usize),
    Sync { lose: Option<usize> },
    Fail { after: usize },
    ForgetCursors,
    Relink,
}

#[derive(Debug, Clone, Copy)]
enum Edit {
    Title(u8),
    Color(u8),
    Describe(u8),
    Move(i8),
    Part(u8, u8),
    Cancel(u8),
    Delete,
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        3 => (0..4_u8).prop_map(Edit::Title),
        1 => (0..3_u8).prop_map(Edit::Color),
        2 => (0..4_u8).prop_map(Edit::Describe),
        2 => (-3..4_i8).prop_map(Edit::Move),
        2 => (0..4_u8, 0..4_u8).prop_map(|(week, title)| Edit::Part(week, title)),
        1 => (0..4_u8).prop_map(Edit::Cancel),
        1 => Just(Edit::Delete),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => any::<bool>().prop_map(|series| Step::MakeHere { series }),
        4 => (edits(), 0..8_usize).prop_map(|(edit, n)| Step::Here(edit, n)),
        2 => any::<bool>().prop_map(|series| Step::MakeThere { series }),
        4 => (edits(), 0..8_usize).prop_map(|(edit, n)| Step::There(edit, n)),
        5 => proptest::option::of(1..4_usize).prop_map(|lose| Step::Sync { lose }),
        2 => (0..3_usize).prop_map(|after| Step::Fail { after }),
        1 => Just(Step::ForgetCursors),
        1 => Just(Step::Relink),
    ];
    proptest::collection::vec(step, 1..30)
}

const RULE: &str = "FREQ=WEEKLY;COUNT=4";

fn week(event: &Event, week: u8) -> jiff::civil::DateTime {
    event.details.span.start.saturating_add(jiff::Span::new().days(7 * i32::from(week)))
}

fn edit_here(world: &mut World, edit: Edit, n: usize) {
    let mut live: Vec<EventId> =
        world.events.values().filter(|event| event.deleted_at.is_none()).map(|event| event.id).collect();
    live.sort();
    let Some(&id) = live.get(n % live.len().max(1)) else { return };
    let now = world.now();
    world.edit(id, |event| match edit {
        Edit::Title(n) => event.details.title = format!("Here {n}"),
        Edit::Color(n) => event.details.color = Some(["#123456", "tomato", "red"][usize::from(n)].to_owned()),
        Edit::Describe(n) => event.details.description = (n > 0).then(|| format!("Here {n}")),
        Edit::Move(hours) => World::move_all(event, i64::from(hours) * 60),
        Edit::Part(n, title) if event.recurrence.is_some() => {
            let at = week(event, n);
            let Some(known) = event.overrides.get(&at).cloned().or_else(|| {
                let excluded = Copy::of(event).parts.get(&original(&event.details.span, at)) == Some(&None);
                let span = Span { start: at, ..event.details.span.clone() };
                (!excluded).then(|| Details { span, ..event.details.clone() })
            }) else {
                return;
            };
            event.override_occurrence(at, Details { title: format!("Here {title}"), ..known }).unwrap();
        }
        Edit::Cancel(n) if event.recurrence.is_some() => event.cancel_occurrence(week(event, n)).unwrap(),
        Edit::Part(..) | Edit::Cancel(_) => {}
        Edit::Delete => event.deleted_at = Some(now),
    });
}

fn edit_there(world: &mut World, edit: Edit, n: usize) {
    let live: Vec<_> = world.remote.live().cloned().collect();
    let Some(kept) = live.get(n % live.len().max(1)) else { return };
    let (mut item, now) = (kept.item.clone(), world.now());
    let Content::Whole(whole) = &mut item.content else { return };
    let (series, span) = (whole.recurrence.is_some(), whole.facts.span.clone());
    let nth =
        |n: u8| Original::At(span.zone.resolve(span.start.saturating_add(jiff::Span::new().days(7 * i32::from(n)))));
    match edit {
        Edit::Title(n) => whole.facts.title = format!("There {n}"),
        Edit::Color(n) => whole.facts.color = (n > 0).then(|| "tomato".to_owned()),
        Edit::Describe(n) => whole.facts.description = (n > 0).then(|| format!("There {n}")),
        // Providers drop the changed occurrences of a series that moves, so this one moves single events alone.
        Edit::Move(hours) if !series => {
            let start = span.starts_at() + SignedDuration::from_hours(i64::from(hours));
            whole.facts.span = Span::timed(start, start + SignedDuration::from_hours(1), span.zone).unwrap();
        }
        Edit::Part(n, title) if series => {
            let mut seen = Seen::of(&kept.item).unwrap();
            kept.parts.values().for_each(|part| seen.tell(part));
            let Some(facts) = seen.copy.part(nth(n)) else { return };
            let facts = Facts { title: format!("There {title}"), ..facts };
            world.remote.put_part(&item.id, nth(n), Some(facts), now);
            return;
        }
        Edit::Cancel(n) if series => drop(world.remote.put_part(&item.id, nth(n), None, now)),
        Edit::Delete => return world.remote.remove(&item.id, now),
        Edit::Move(_) | Edit::Part(..) | Edit::Cancel(_) => return,
    }
    world.remote.put(item, now);
}

fn run(steps: &[Step]) {
    let mut world = World::default();
    for step in steps {
        match step {
            Step::MakeHere { series } => {
                let n = world.next();
                let mut made = event(n, "New here", series.then_some(RULE), 0);
                made.updated_at = world.now();
                world.events.insert(made.id, made);
            }
            Step::Here(edit, n) => edit_here(&mut world, *edit, *n),
            Step::MakeThere { series } => {
                let n = world.next();
                let made = event(n, "New there", series.then_some(RULE), 0);
                let now = world.now();
                let item = Item { id: format!("foreign-{n}"), origin: None, ..item(&made, "", 0) };
                world.remote.put(item, now);
            }
            Step::There(edit, n) => edit_there(&mut world, *edit, *n),
            Step::Sync { lose } => {
                world.lose = *lose;
                let _ = world.sync();
                world.lose = None;
            }
            Step::Fail { after } => {
                world.fail = Some(*after);
                let _ = world.sync();
                world.fail = None;
            }
            Step::ForgetCursors => world.remote.forget_cursors(),
            Step::Relink => world.relink(),
        }
    }
    // Quiet: whatever was interrupted is finished, and then there is nothing more to do.
    world.sync().unwrap();
    world.sync().unwrap();
    world.check();
    assert_eq!(world.sync().unwrap(), (0, 0), "a sync of what is the same does something");
    world.remote.forget_cursors();
    assert_eq!(world.sync().unwrap(), (0, 0), "starting over does something");
    world.relink();
    world.sync().unwrap();
    assert_eq!(world.sync().unwrap(), (0, 0), "a new link does not come to an end");
    world.check();
}

/// The same cases at each run, so that what fails fails for everybody.
#[test]
fn both_sides_end_up_the_same() {
    let config = ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let outcome = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
        run(&steps);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn what_once_failed() {
    use Step::{Fail, Here, MakeHere, MakeThere, Relink, Sync, There};
    let [single, series] = [false, true];
    run(&[
        MakeThere { series },
        MakeHere { series: single },
        MakeThere { series: single },
        Sync { lose: None },
        MakeThere { series: single },
        MakeHere { series: single },
        Sync { lose: None },
        There(Edit::Title(2), 7),
        There(Edit::Part(0, 2), 7),
        Here(Edit::Title(0), 6),
    ]);
    // What was to be sent is taken back.
    run(&[
        MakeHere { series },
        Here(Edit::Title(2), 0),
        Sync { lose: None },
        There(Edit::Part(0, 0), 0),
        Here(Edit::Title(0), 0),
        Sync { lose: Some(1) },
        Here(Edit::Part(0, 2), 0),
    ]);
    // A deletion that failed gives way to a change; what was told before it is still known.
    run(&[
        MakeHere { series },
        Sync { lose: None },
        There(Edit::Part(0, 0), 0),
        Here(Edit::Delete, 0),
        Fail { after: 0 },
        There(Edit::Color(1), 0),
    ]);
    run(&[
        MakeHere { series: single },
        MakeHere { series: single },
        Sync { lose: None },
        Here(Edit::Delete, 1),
        Here(Edit::Title(0), 0),
        Relink,
        Sync { lose: Some(1) },
    ]);
}

#[test]
fn a_series_that_moves_while_its_parts_change_there() {
    use Step::{Here, MakeHere, MakeThere, Sync, There};
    run(&[
        MakeThere { series: false },
        Sync { lose: None },
        MakeHere { series: true },
        MakeHere { series: false },
        Sync { lose: None },
        Here(Edit::Move(1), 7),
        There(Edit::Part(0, 0), 0),
        There(Edit::Part(1, 0), 3),
        Sync { lose: Some(2) },
    ]);
}
