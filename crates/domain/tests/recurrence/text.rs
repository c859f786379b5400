//! Reading and printing rules, and what is refused.

use crate::harness::rule;
use kalends_domain::recurrence::{Freq, Limit, Rule, Until, rrule};

#[track_caller]
fn check(text: &str, canonical: &str) {
    let printed = rule(text).to_string();
    assert_eq!(printed, canonical);
    assert_eq!(rule(&printed), rule(text));
}

#[track_caller]
fn refused(text: &str, error: &str) {
    assert_eq!(text.parse::<Rule>().unwrap_err().to_string(), error, "{text}");
}

#[test]
fn the_canonical_form() {
    check("freq=daily", "FREQ=DAILY");
    check("RRULE:FREQ=DAILY;", "FREQ=DAILY");
    check("INTERVAL=1;WKST=MO;FREQ=WEEKLY", "FREQ=WEEKLY");
    check(" FREQ=WEEKLY ; BYDAY = SU, MO , mo ", "FREQ=WEEKLY;BYDAY=MO,SU");
}

#[test]
fn lists_are_sorted_and_unique() {
    check("FREQ=MONTHLY;BYDAY=+2SU,-1MO,MO,2SU", "FREQ=MONTHLY;BYDAY=MO,-1MO,2SU");
    check("FREQ=MONTHLY;BYMONTHDAY=3,-1,03,+1", "FREQ=MONTHLY;BYMONTHDAY=-1,1,3");
    check(
        "BYSETPOS=2,-1;BYMONTH=12,1;BYHOUR=9;BYMINUTE=5;BYSECOND=60,0;FREQ=YEARLY;BYYEARDAY=366,-366;WKST=SU;COUNT=7",
        "FREQ=YEARLY;COUNT=7;BYSECOND=0,60;BYMINUTE=5;BYHOUR=9;BYYEARDAY=-366,366;BYMONTH=1,12;BYSETPOS=-1,2;WKST=SU",
    );
    check("FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO", "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=-53,53");
}

#[test]
fn until_keeps_its_form() {
    for text in ["20240101", "20240101T120000", "20240101T120000Z"] {
        check(&format!("FREQ=DAILY;UNTIL={text}"), &format!("FREQ=DAILY;UNTIL={text}"));
    }
    assert!(matches!(rule("FREQ=DAILY;UNTIL=20240101").limit(), Limit::Until(Until::Date(_))));
    check("FREQ=DAILY;UNTIL=20161231T235960Z", "FREQ=DAILY;UNTIL=20161231T235959Z");
}

#[test]
fn every_frequency_by_name() {
    for freq in Freq::ALL {
        assert_eq!(rule(&format!("FREQ={freq}")), Rule::every(freq));
    }
}

#[test]
fn broken_rules() {
    refused("", "RRULE: \"\" is not NAME=value");
    refused("FREQ", "RRULE: \"FREQ\" is not NAME=value");
    refused("COUNT=3", "FREQ: is missing");
    refused("FREQ=FORTNIGHTLY", "FREQ: FORTNIGHTLY is not a frequency");
    refused("FREQ=DAILY;FREQ=DAILY", "FREQ: is there twice");
    refused("FREQ=DAILY;COUNT=0", "COUNT: 0 is not within 1..=4294967295");
    refused("FREQ=DAILY;COUNT=99999999999", "COUNT: 99999999999 is not within 1..=4294967295");
    refused("FREQ=DAILY;INTERVAL=0", "INTERVAL: 0 is not within 1..=4294967295");
    refused("FREQ=DAILY;INTERVAL=", "INTERVAL: nothing is not a number");
    refused("FREQ=DAILY;INTERVAL=--1", "INTERVAL: --1 is not a number");
    refused("FREQ=DAILY;COUNT=1;UNTIL=20240101", "UNTIL: does not go with COUNT");
    refused("FREQ=DAILY;BYHOUR=24", "BYHOUR: 24 is not within 0..=23");
    refused("FREQ=DAILY;BYHOUR=1,,2", "BYHOUR: nothing is not a number");
    refused("FREQ=DAILY;BYMONTH=-1", "BYMONTH: -1 is not within 1..=12");
    refused("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY: 0 is not allowed");
    refused("FREQ=WEEKLY;BYDAY=XX", "BYDAY: XX is not a weekday");
    refused("FREQ=WEEKLY;BYDAY=ö", "BYDAY: ö is not a weekday");
    refused("FREQ=MONTHLY;BYDAY=0MO", "BYDAY: 0 is no number of a weekday");
    refused("FREQ=YEARLY;BYDAY=54MO", "BYDAY: 54 is not within -53..=53");
    refused("FREQ=DAILY;BYEASTER=1", "BYEASTER: is not a part of a rule");
}

#[test]
fn what_the_rfc_forbids() {
    refused("FREQ=WEEKLY;BYDAY=1MO", "BYDAY: numbers need FREQ=MONTHLY or FREQ=YEARLY");
    refused("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY: numbers do not go with BYWEEKNO");
    refused("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY: does not go with FREQ=WEEKLY");
    refused("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY: does not go with FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY");
    refused("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO: needs FREQ=YEARLY");
    refused("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS: needs another BYxxx part to choose from");
}

#[test]
fn what_nobody_agrees_on() {
    let error = "BYWEEKNO: does not go with BYMONTHDAY or BYYEARDAY";
    refused("FREQ=YEARLY;BYWEEKNO=1;BYMONTHDAY=1", error);
    refused("RSCALE=GREGORIAN;FREQ=YEARLY", "RSCALE: other calendars (RFC 7529) are not supported");
    refused("FREQ=YEARLY;SKIP=BACKWARD", "SKIP: other calendars (RFC 7529) are not supported");
}

#[test]
fn errors_quote_little_of_what_they_refuse() {
    let pages = "X".repeat(7000);
    for text in [format!("FREQ={pages}"), format!("{pages}=1"), pages.clone(), format!("FREQ=DAILY;UNTIL={pages}")] {
        assert!(text.parse::<Rule>().unwrap_err().to_string().len() < 200);
    }
    refused(&"X".repeat(9000), "RRULE: is too long");
}

#[test]
fn rule_lines() {
    let rule = rule("FREQ=DAILY");
    for line in ["RRULE:FREQ=DAILY", "rrule;X-NOTE=1:FREQ=DAILY", ":FREQ=DAILY", "FREQ=DAILY"] {
        assert_eq!(rrule(line).unwrap(), rule, "{line}");
    }
    assert_eq!(rrule("FREQ=X").unwrap_err().to_string(), "RRULE: FREQ: X is not a frequency");
}

#[test]
fn moved_rules() {
    let moved = |text: &str, days| rule(text).shift_days(days).map(|rule| rule.to_string());
    assert_eq!(moved("FREQ=WEEKLY;BYDAY=SA,SU", 1).as_deref(), Some("FREQ=WEEKLY;BYDAY=MO,SU"));
    assert_eq!(moved("FREQ=WEEKLY;BYDAY=MO", -1).as_deref(), Some("FREQ=WEEKLY;BYDAY=SU"));
    assert_eq!(moved("FREQ=WEEKLY;BYDAY=MO", 15).as_deref(), Some("FREQ=WEEKLY;BYDAY=TU"));
    assert_eq!(moved("FREQ=DAILY;BYDAY=MO;BYHOUR=9", 2).as_deref(), Some("FREQ=DAILY;BYHOUR=9;BYDAY=WE"));
    assert_eq!(moved("FREQ=MONTHLY;COUNT=3", 2).as_deref(), Some("FREQ=MONTHLY;COUNT=3"));
    assert_eq!(moved("FREQ=MONTHLY;BYMONTHDAY=3", 0).as_deref(), Some("FREQ=MONTHLY;BYMONTHDAY=3"));
    assert_eq!(moved("FREQ=MONTHLY;BYMONTHDAY=3", 1), None);
    assert_eq!(moved("FREQ=YEARLY;BYDAY=MO", 1), None);
    assert_eq!(moved("FREQ=WEEKLY;BYMONTH=3", 1), None);
}
