//! A week of slots, by days, with the ways to other weeks and other zones.

use actix_web::http::StatusCode;
use jiff::{SignedDuration, Span, Timestamp, civil};
use kalends_domain::booking::Slot;
use kalends_domain::event::Window;
use kalends_domain::time::zone_names;
use maud::{Markup, html};

use super::slots::Slots;
use super::times::{Clock, Times, day, day_of_month, place, range, weekday};
use super::{Page, Visit, words};
use crate::error::Failure;

/// Days on one page.
const DAYS: i64 = 7;

/// What a week has.
pub(super) struct Week {
    /// Its first day in the visitor's zone.
    first: civil::Date,
    /// Days with slots.
    days: Vec<(civil::Date, Vec<Slot>)>,
    /// The first days of the weeks around it, where there can be any slots.
    earlier: Option<civil::Date>,
    later: Option<civil::Date>,
    /// The first slot outside it, looked for when it has none.
    elsewhere: Option<Slot>,
}

impl Week {
    /// The week that the visitor looks at.
    pub(super) async fn find(slots: &Slots<'_>, visit: &Visit) -> Result<Self, Failure> {
        let settings = &slots.link.settings;
        let zone = visit.zone(&settings.zone);
        let today = zone.civil(slots.cx.now()).date();
        // In a zone east of the link's, the last day is the day after.
        let ahead = settings.maximum_days_ahead.map(|days| Span::new().days(i64::from(days) + 1));
        let last = ahead.map_or(civil::Date::MAX, |ahead| today.saturating_add(ahead));
        let first = visit.from().unwrap_or(today).clamp(today, last);
        let later = first.saturating_add(Span::new().days(DAYS));
        // A slot may begin in this week and end in the next.
        let to = zone.start_of_day(later);
        let reach = SignedDuration::from_mins(settings.duration.into());
        let window = Window { from: zone.start_of_day(first), to: to.checked_add(reach).unwrap_or(Timestamp::MAX) };
        let mut days: Vec<(civil::Date, Vec<Slot>)> = Vec::new();
        if window.from < window.to {
            for slot in slots.within(window).await?.into_iter().filter(|slot| slot.start < to) {
                let date = zone.civil(slot.start).date();
                match days.last_mut() {
                    Some((last, slots)) if *last == date => slots.push(slot),
                    _ => days.push((date, vec![slot])),
                }
            }
        }
        let elsewhere = if days.is_empty() {
            let mut found = slots.next(to, 1).await?;
            if found.is_empty() {
                found = slots.next(slots.cx.now(), 1).await?;
            }
            found.first().copied()
        } else {
            None
        };
        let earlier = first.saturating_sub(Span::new().days(DAYS)).max(today);
        Ok(Self {
            first,
            days,
            earlier: (first > today).then_some(earlier),
            later: (later <= last && later > first).then_some(later),
            elsewhere,
        })
    }

    /// Where it is in the year.
    fn range(&self) -> String {
        range(self.first, self.first.saturating_add(Span::new().days(DAYS - 1)))
    }

    /// The page of this week, under what says what is to be chosen.
    pub(super) fn page(&self, slots: &Slots<'_>, visit: &Visit, title: &str, head: &Markup) -> Page {
        let times = Times { zone: visit.zone(&slots.link.settings.zone), clock: visit.clock };
        let main = html! {
            main .card .wide data-zone=(times.zone.name()) data-clock=(times.clock.name()) {
                header .intro {
                    (head)
                    (self.shown_in(slots, visit, times))
                }
                section .choice aria-labelledby="week" {
                    div .weeks {
                        h2 #week tabindex="-1" { (words::CHOOSE) span .range { (self.range()) } }
                        (self.others(slots, visit))
                    }
                    (self.days(slots, visit, times))
                }
            }
        };
        visit.look.page(StatusCode::OK, &words::titled(&self.range(), title), &main)
    }

    fn others(&self, slots: &Slots<'_>, visit: &Visit) -> Markup {
        let link = |day: Option<civil::Date>, name: Markup| {
            html! {
                @if let Some(day) = day {
                    a .button .quiet data-swap data-focus="week"
                        href=(visit.href(&slots.path(), &[("from", day.to_string())])) { (name) }
                }
            }
        };
        html! {
            nav aria-label=(words::WEEKS) {
                (link(self.earlier, html! { span aria-hidden="true" { "←" } (words::EARLIER) }))
                (link(self.later, html! { (words::LATER) span aria-hidden="true" { "→" } }))
            }
        }
    }

    fn days(&self, slots: &Slots<'_>, visit: &Visit, times: Times<'_>) -> Markup {
        html! {
            @for (date, of_day) in &self.days {
                section .day aria-labelledby=(format!("d{date}")) {
                    h3 id=(format!("d{date}")) { (weekday(*date)) " " span .date { (day_of_month(*date)) } }
                    @if times.changes_on(*date) { p .note { (words::CLOCKS_CHANGE) } }
                    ul .slots .long[times.changes_on(*date)] {
                        @for slot in of_day {
                            li {
                                a .slot aria-label=(times.slot(slot.start))
                                    href=(visit.href(&slots.path(), &[("slot", slot.start.to_string())])) {
                                    time datetime=(slot.start) { (times.time(slot.start)) }
                                }
                            }
                        }
                    }
                }
            }
            @if self.days.is_empty() {
                div .empty {
                    p { (words::nothing_in(&self.range())) }
                    @match self.elsewhere {
                        Some(slot) => {
                            @let date = times.date(slot.start);
                            p {
                                a .button href=(visit.href(&slots.path(), &[("from", date.to_string())]))
                                    data-swap data-focus="week" { (words::first_free(&day(date))) }
                            }
                        }
                        None => { p { (words::NOTHING_AHEAD) } }
                    }
                }
            }
        }
    }

    /// In which zone and how times are shown, and a form to change it.
    fn shown_in(&self, slots: &Slots<'_>, visit: &Visit, times: Times<'_>) -> Markup {
        let shown = times.zone.name();
        let names = zone_names();
        let from = times.zone.start_of_day(self.first).max(slots.cx.now());
        let to = times.zone.start_of_day(self.first.saturating_add(Span::new().days(DAYS)));
        html! {
            form .shown method="get" action=(format!("{}{}", visit.look.base, slots.path())) aria-label=(words::SHOWN_IN) {
                @for (name, value) in visit.look_kept() { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="from" value=(self.first);
                p {
                    label for="tz" { (words::ZONE) }
                    select #tz name="tz" {
                        @if !names.iter().any(|name| name == shown) { option value=(shown) selected { (place(shown)) } }
                        @for name in &names { option value=(name) selected[name == shown] { (place(name)) } }
                    }
                }
                p {
                    label for="clock" { (words::CLOCK) }
                    select #clock name="clock" {
                        @for (clock, name) in [(Clock::TwentyFour, words::TWENTY_FOUR), (Clock::Twelve, words::TWELVE)] {
                            option value=(clock.name()) selected[clock == times.clock] { (name) }
                        }
                    }
                }
                p .without-script { button .quiet { (words::SHOW) } }
            }
            p .note #shown { (words::times_in(&times.zone_during(from, to.max(from)))) }
        }
    }
}
