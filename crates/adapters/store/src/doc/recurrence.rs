//! When an event recurs: rules as their own text, dates as wall times of the event's zone.

use jiff::{SignedDuration, civil};
use kalends_domain::recurrence::{BoundedRule, ExDate, RDate, Recurrence};
use serde::{Deserialize, Serialize};

use super::Unreadable;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecurrenceDoc {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleDoc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rdates: Vec<RDateDoc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exdates: Vec<ExDateDoc>,
    /// The start counts only where a rule matches it.
    #[serde(default, skip_serializing_if = "super::is_default")]
    start_by_rule_only: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct RuleDoc {
    rule: String,
    /// The last start that the rule's COUNT allows, counted out once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<civil::DateTime>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RDateDoc {
    start: civil::DateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    length: Option<SignedDuration>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExDateDoc {
    At(civil::DateTime),
    Day(civil::Date),
}

impl From<&Recurrence> for RecurrenceDoc {
    fn from(recurrence: &Recurrence) -> Self {
        let rule = |bounded: &BoundedRule| RuleDoc { rule: bounded.rule().text(), last: bounded.last() };
        let exdate = |date: &ExDate| match *date {
            ExDate::At(at) => ExDateDoc::At(at),
            ExDate::Day(day) => ExDateDoc::Day(day),
        };
        Self {
            rules: recurrence.rules().iter().map(rule).collect(),
            rdates: recurrence
                .rdates()
                .iter()
                .map(|date| RDateDoc { start: date.start, length: date.length })
                .collect(),
            exdates: recurrence.exdates().iter().map(exdate).collect(),
            start_by_rule_only: !recurrence.dtstart_always(),
        }
    }
}

impl RecurrenceDoc {
    pub(super) fn read(self) -> Result<Recurrence, Unreadable> {
        let rule = |doc: RuleDoc| Ok(BoundedRule::restore(doc.rule.parse()?, doc.last));
        let exdate = |doc| match doc {
            ExDateDoc::At(at) => ExDate::At(at),
            ExDateDoc::Day(day) => ExDate::Day(day),
        };
        let rules = self.rules.into_iter().map(rule).collect::<Result<Vec<_>, Unreadable>>()?;
        let rdates = self.rdates.into_iter().map(|doc| RDate { start: doc.start, length: doc.length }).collect();
        let exdates = self.exdates.into_iter().map(exdate).collect();
        Ok(Recurrence::restore(rules, rdates, exdates).with_dtstart_always(!self.start_by_rule_only))
    }
}
