//! The tables as they were published.

use super::*;
use crate::deadline::Region::{self, *};

/// The month and day of what counts in a year, in order, each once.
fn dates(region: Region, year: i16) -> Vec<String> {
    let mut all: Vec<String> = holidays(region, year)
        .unwrap()
        .iter()
        .filter(|holiday| holiday.counts())
        .map(|holiday| holiday.date.strftime("%m-%d").to_string())
        .collect();
    all.dedup();
    all
}

/// The region's holidays are these and no others.
fn check(region: Region, year: i16, expected: &str) {
    assert_eq!(dates(region, year).join(" "), expected, "{region} {year}");
}

/// The state's holidays are those of all states and these.
fn check_added(state: Region, year: i16, added: &str) {
    let mut expected = dates(Germany, year);
    expected.extend(added.split_whitespace().map(str::to_owned));
    expected.sort();
    assert_eq!(dates(state, year), expected, "{state} {year}");
}

#[test]
fn all_of_germany() {
    check(Germany, 2024, "01-01 03-29 04-01 05-01 05-09 05-20 10-03 12-25 12-26");
    check(Germany, 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26");
    check(Germany, 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26");
    // Buß- und Bettag for the last time; Ascension Day on 1 May; 500 years of Reformation.
    check(Germany, 1994, "01-01 04-01 04-04 05-01 05-12 05-23 10-03 11-16 12-25 12-26");
    check(Germany, 2008, "01-01 03-21 03-24 05-01 05-12 10-03 12-25 12-26");
    check(Germany, 2017, "01-01 04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26");
}

#[test]
fn the_sixteen_states() {
    for (state, in_2024, in_2025, in_2026) in [
        (BadenWuerttemberg, "01-06 05-30 11-01", "01-06 06-19 11-01", "01-06 06-04 11-01"),
        (Bavaria, "01-06 05-30 11-01", "01-06 06-19 11-01", "01-06 06-04 11-01"),
        (Berlin, "03-08", "03-08 05-08", "03-08"),
        (Brandenburg, "03-31 05-19 10-31", "04-20 06-08 10-31", "04-05 05-24 10-31"),
        (Bremen, "10-31", "10-31", "10-31"),
        (Hamburg, "10-31", "10-31", "10-31"),
        (Hesse, "05-30", "06-19", "06-04"),
        (Mecklenburg, "03-08 10-31", "03-08 10-31", "03-08 10-31"),
        (LowerSaxony, "10-31", "10-31", "10-31"),
        (NorthRhine, "05-30 11-01", "06-19 11-01", "06-04 11-01"),
        (RhinelandPalatinate, "05-30 11-01", "06-19 11-01", "06-04 11-01"),
        (Saarland, "05-30 08-15 11-01", "06-19 08-15 11-01", "06-04 08-15 11-01"),
        (Saxony, "10-31 11-20", "10-31 11-19", "10-31 11-18"),
        (SaxonyAnhalt, "01-06 10-31", "01-06 10-31", "01-06 10-31"),
        (SchleswigHolstein, "10-31", "10-31", "10-31"),
        (Thuringia, "09-20 10-31", "09-20 10-31", "09-20 10-31"),
    ] {
        check_added(state, 2024, in_2024);
        check_added(state, 2025, in_2025);
        check_added(state, 2026, in_2026);
    }
}

/// The years in which a law began, ended, or held once.
#[test]
fn years_of_the_states() {
    for (state, year, added) in [
        (Berlin, 2018, ""),
        (Berlin, 2019, "03-08"),
        (Berlin, 2020, "03-08 05-08"),
        (Berlin, 2021, "03-08"),
        (Berlin, 2028, "03-08 06-17"),
        (Berlin, 2029, "03-08"),
        (Brandenburg, 2020, "04-12 05-31 10-31"),
        (Mecklenburg, 2022, "10-31"),
        (Mecklenburg, 2023, "03-08 10-31"),
        (Thuringia, 2018, "10-31"),
        (Thuringia, 2019, "09-20 10-31"),
        (Hamburg, 2016, ""),
        (Hamburg, 2017, ""),
        (Hamburg, 2018, "10-31"),
        (Bremen, 2017, ""),
        (LowerSaxony, 2018, "10-31"),
        (SchleswigHolstein, 2018, "10-31"),
        (Saxony, 1994, "10-31"),
        (Saxony, 1995, "10-31 11-22"),
        (Saxony, 2017, "11-22"),
        (Bavaria, 1994, "01-06 06-02 11-01"),
        (Bavaria, 1995, "01-06 06-15 11-01"),
        (Berlin, 1991, ""),
        (SaxonyAnhalt, 1991, "01-06 10-31"),
    ] {
        check_added(state, year, added);
    }
}

/// 24 and 31 December never were, nor do the courts treat them so; 17 June was, in the West, until the unity.
#[test]
fn what_is_no_holiday_in_germany() {
    for region in Region::ALL.iter().filter(|region| region.country() == Country::Germany) {
        for year in YEARS {
            let dates = dates(*region, year);
            assert!(!dates.iter().any(|date| date == "12-24" || date == "12-31"), "{region} {year}");
        }
        assert!(!dates(*region, 1991).contains(&"06-17".to_owned()), "{region}");
    }
}

#[test]
fn what_holds_in_a_part_is_told_apart() {
    let partial = |region, year| -> Vec<(String, &str)> {
        let all = holidays(region, year).unwrap().into_iter().filter(|holiday| !holiday.counts());
        all.map(|holiday| (holiday.date.strftime("%m-%d").to_string(), holiday.name)).collect()
    };
    let list = |all: &[(&str, &'static str)]| all.iter().map(|(d, n)| ((*d).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(partial(Bavaria, 2026), list(&[("08-08", "Augsburger Friedensfest"), ("08-15", "Mariä Himmelfahrt")]));
    assert_eq!(partial(Saxony, 2026), list(&[("06-04", "Fronleichnam")]));
    assert_eq!(partial(Thuringia, 2026), list(&[("06-04", "Fronleichnam")]));
    assert_eq!(partial(France, 2026), list(&[("04-03", "Vendredi saint"), ("12-26", "Deuxième jour de Noël")]));
    assert_eq!(partial(Austria, 2026), list(&[("12-24", "Heiliger Abend")]));
    assert_eq!(partial(Saarland, 2026), []);
    // Each once, though some are those of many states.
    let germany = partial(Germany, 2026);
    assert_eq!(germany.iter().filter(|(date, _)| date == "10-31").count(), 1);
    assert_eq!(germany.iter().filter(|(date, _)| date == "08-15").count(), 1);
    // In 2017 it held everywhere.
    assert!(!partial(Germany, 2017).iter().any(|(date, _)| date == "10-31"));
}

#[test]
fn two_holidays_on_one_day_are_two() {
    let names: Vec<&str> = holidays(Hesse, 2008)
        .unwrap()
        .into_iter()
        .filter(|holiday| (holiday.date.month(), holiday.date.day()) == (5, 1))
        .map(|holiday| holiday.name)
        .collect();
    assert_eq!(names, ["Christi Himmelfahrt", "Tag der Arbeit"]);
}

/// With Good Friday, which is no public holiday, but ends no deadline.
#[test]
fn austria() {
    check(Austria, 2024, "01-01 01-06 03-29 04-01 05-01 05-09 05-20 05-30 08-15 10-26 11-01 12-08 12-25 12-26");
    check(Austria, 2025, "01-01 01-06 04-18 04-21 05-01 05-29 06-09 06-19 08-15 10-26 11-01 12-08 12-25 12-26");
    check(Austria, 2026, "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 08-15 10-26 11-01 12-08 12-25 12-26");
    let public = holidays(Austria, 2026).unwrap().into_iter().filter(|holiday| holiday.standing == Standing::Public);
    assert_eq!(public.count(), 13);
}

#[test]
fn switzerland() {
    check(Switzerland, 1993, "01-01 05-20 12-25");
    check(Switzerland, 1994, "01-01 05-12 08-01 12-25");
    check(Switzerland, 2025, "01-01 05-29 08-01 12-25");
    check(Switzerland, 2026, "01-01 05-14 08-01 12-25");
}

#[test]
fn france() {
    // Whit Monday stayed a holiday when it became a day of solidarity.
    check(France, 2005, "01-01 03-28 05-01 05-05 05-08 05-16 07-14 08-15 11-01 11-11 12-25");
    check(France, 2024, "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25");
    check(France, 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-01 11-11 12-25");
    check(France, 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25");
}

/// As the Office of Personnel Management lists them, with the weekend days that the Fridays and Mondays stand for.
#[test]
fn united_states() {
    check(UnitedStates, 2020, "01-01 01-20 02-17 05-25 07-03 07-04 09-07 10-12 11-11 11-26 12-25");
    check(
        UnitedStates,
        2021,
        "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
    );
    check(UnitedStates, 2022, "01-01 01-17 02-21 05-30 06-19 06-20 07-04 09-05 10-10 11-11 11-24 12-25 12-26");
    check(UnitedStates, 2024, "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25");
    check(UnitedStates, 2025, "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25");
    check(UnitedStates, 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25");
    let friday = holidays(UnitedStates, 2021).unwrap().pop().unwrap();
    assert_eq!((friday.name, friday.standing), ("New Year's Day", Standing::Observed));
}

#[test]
fn every_year_is_in_order_and_the_others_are_refused() {
    for region in Region::ALL {
        for year in YEARS {
            let all = holidays(*region, year).unwrap();
            assert!(all.is_sorted() && all.iter().all(|holiday| holiday.date.year() == year), "{region} {year}");
        }
        for year in [i16::MIN, 0, 1990, 2151, i16::MAX] {
            assert_eq!(holidays(*region, year), Err(UnknownYear), "{region} {year}");
        }
    }
}
