//! The fields that a booker fills in, each with what is wrong with it beside it.

use kalends_domain::booking::{ANSWER_MAX, BookingLink, LINE_MAX, NOTES_MAX, Slot};
use kalends_domain::problem::Problem;
use maud::{Markup, html};

use super::choice::{alert, radios};
use super::form::{ANSWERS, Input};
use super::times::Times;
use super::words;

/// A form as it was sent, or an empty one.
pub(super) struct Details<'d> {
    pub(super) link: &'d BookingLink,
    pub(super) input: &'d Input,
    pub(super) problems: &'d [Problem],
}

/// One field.
struct Field<'f> {
    /// Its name in the form, which is the path of what is wrong with it too.
    name: String,
    id: String,
    label: &'f str,
    required: bool,
    kind: Kind,
}

enum Kind {
    Line { kind: &'static str, autocomplete: &'static str, most: usize },
    Block { most: usize },
}

impl Details<'_> {
    fn all(&self) -> Vec<Field<'_>> {
        let field = |name: &str, label, required, kind| Field {
            name: name.to_owned(),
            id: format!("f-{name}"),
            label,
            required,
            kind,
        };
        let line = |kind, autocomplete, most| Kind::Line { kind, autocomplete, most };
        let questions = self.link.settings.questions.iter().enumerate().map(|(i, question)| Field {
            name: format!("{ANSWERS}{}", question.label),
            id: format!("f-answer-{i}"),
            label: &question.label,
            required: question.required,
            kind: line("text", "off", ANSWER_MAX),
        });
        let mut all = vec![
            field("name", words::NAME, true, line("text", "name", LINE_MAX)),
            field("email", words::EMAIL, true, line("email", "email", 254)),
        ];
        all.extend(questions);
        all.push(field("notes", words::NOTES, false, Kind::Block { most: NOTES_MAX }));
        all
    }

    /// What is wrong with a field.
    fn wrong(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == name).map(|problem| problem.message.as_str())
    }

    /// Everything that is wrong, each a link to its field.
    pub(super) fn summary(&self) -> Markup {
        let all = self.all();
        let times = self.wrong("slot_start").map(|message| (Some("f-slot"), words::wrong_in(words::TIME, message)));
        let known = all.iter().filter_map(|field| {
            let message = self.wrong(&field.name)?;
            Some((Some(field.id.as_str()), words::wrong_in(field.label, message)))
        });
        let unknown = |field: &str| field != "slot_start" && all.iter().all(|known| known.name != field);
        let rest = self.problems.iter().filter(|problem| unknown(&problem.field));
        let rest = rest.map(|problem| (None, words::wrong_in(&problem.field, &problem.message)));
        let lines = times.into_iter().chain(known).chain(rest);
        alert(
            words::MEND,
            &html! {
                ul {
                    @for (id, line) in lines {
                        li { @match id { Some(id) => { a href=(format!("#{id}")) { (line) } } None => { (line) } } }
                    }
                }
            },
        )
    }

    /// The slots to choose from.
    pub(super) fn choice(&self, slots: &[Slot], times: Times<'_>) -> Markup {
        html! {
            @if let Some(message) = self.wrong("slot_start") { p .wrong { (words::wrong(message)) } }
            (radios(slots, self.input.text("slot_start"), times))
        }
    }

    /// The fields.
    pub(super) fn fields(&self) -> Markup {
        html! { @for field in self.all() { (self.field(&field)) } }
    }

    fn field(&self, field: &Field<'_>) -> Markup {
        let Field { name, id, label, required, kind } = field;
        let wrong = self.wrong(name);
        let note = format!("{id}-wrong");
        let described = wrong.map(|_| note.as_str());
        let invalid = wrong.map(|_| "true");
        let typed = self.input.text(name);
        html! {
            div .field {
                label for=(id) {
                    (label)
                    span .mark { " (" (if *required { words::REQUIRED } else { words::OPTIONAL }) ")" }
                }
                @if let Some(message) = wrong { p .wrong id=(note) { (words::wrong(message)) } }
                @match kind {
                    Kind::Line { kind, autocomplete, most } => {
                        input id=(id) name=(name) type=(kind) value=(typed) autocomplete=(autocomplete) maxlength=(most)
                            required[*required] aria-invalid=[invalid] aria-describedby=[described];
                    }
                    Kind::Block { most } => {
                        textarea id=(id) name=(name) rows="4" maxlength=(most)
                            aria-invalid=[invalid] aria-describedby=[described] { "\n" (typed) }
                    }
                }
            }
        }
    }
}
