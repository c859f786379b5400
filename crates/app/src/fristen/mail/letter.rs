//! The words of the mails. Nothing here reads, and nothing decides.

use kalends_domain::account::User;
use kalends_domain::frist::Frist;

use super::News;
use crate::booking::{beginning, person};

/// Most characters of a title in a subject.
const TITLE_MAX: usize = 80;

/// A letter's subject and text.
pub(super) fn letter(news: News, frist: &Frist, reader: &User, by: &User, calendar: &str) -> (String, String) {
    let state = &frist.state;
    let due = beginning(state.deadline(), &state.span.zone);
    let title: String = state.title.chars().take(TITLE_MAX).collect();
    let who = person(by.name.as_deref(), by.email.as_str());
    let (subject, told) = match news {
        News::Assigned => ("Deadline for you", "has given you this deadline to see to."),
        News::Unassigned => ("No longer yours", "has taken this deadline off you: you need not see to it any more."),
    };
    let mut facts = vec![format!("What: {}", state.title), format!("Due: {due}"), format!("Calendar: {calendar}")];
    if let Some(case) = state.case {
        facts.push(format!("Case: {case}"));
    }
    if news == News::Assigned && state.verification.is_none() {
        facts.push("Nobody has verified it yet.".to_owned());
    }
    let hello = reader.name.as_deref().unwrap_or(reader.email.as_str());
    let text = format!("Hello {hello},\n\n{who} {told}\n\n{}\n", facts.join("\n"));
    (format!("{subject}: {title}, {due}"), text)
}
