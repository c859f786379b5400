//! Germany: what holds everywhere, and what the laws of the sixteen states add.

use super::table::{Day, Row};
use super::{Holiday, Standing};
use crate::deadline::Region::{
    self, BadenWuerttemberg as BW, Bavaria as BY, Berlin as BE, Brandenburg as BB, Bremen as HB, Germany,
    Hamburg as HH, LowerSaxony as NI, Mecklenburg as MV, NorthRhine as NW, RhinelandPalatinate as RP, Saarland as SL,
    Saxony as SN, SaxonyAnhalt as ST, SchleswigHolstein as SH, Thuringia as TH,
};

/// In all sixteen states.
const EVERYWHERE: &[Row] = &[
    Row::new(Day::Fixed(1, 1), "Neujahr"),
    Row::new(Day::Easter(-2), "Karfreitag"),
    Row::new(Day::Easter(1), "Ostermontag"),
    Row::new(Day::Fixed(5, 1), "Tag der Arbeit"),
    Row::new(Day::Easter(39), "Christi Himmelfahrt"),
    Row::new(Day::Easter(50), "Pfingstmontag"),
    Row::new(Day::Fixed(10, 3), "Tag der Deutschen Einheit"),
    // For its 500th anniversary.
    Row::new(Day::Fixed(10, 31), "Reformationstag").only(2017),
    // Given up for the nursing care insurance, but in Saxony.
    Row::new(Day::Repentance, "Buß- und Bettag").until(1994),
    Row::new(Day::Fixed(12, 25), "1. Weihnachtstag"),
    Row::new(Day::Fixed(12, 26), "2. Weihnachtstag"),
];

/// In these states alone.
const STATES: &[(&[Region], Row)] = &[
    (&[BW, BY, ST], Row::new(Day::Fixed(1, 6), "Heilige Drei Könige")),
    (&[BE], Row::new(Day::Fixed(3, 8), "Internationaler Frauentag").since(2019)),
    (&[MV], Row::new(Day::Fixed(3, 8), "Internationaler Frauentag").since(2023)),
    (&[BB], Row::new(Day::Easter(0), "Ostersonntag")),
    (&[BB], Row::new(Day::Easter(49), "Pfingstsonntag")),
    (&[BE], Row::new(Day::Fixed(5, 8), "75. Jahrestag der Befreiung").only(2020)),
    (&[BE], Row::new(Day::Fixed(5, 8), "80. Jahrestag der Befreiung").only(2025)),
    (&[BE], Row::new(Day::Fixed(6, 17), "75. Jahrestag des Volksaufstandes").only(2028)),
    (&[BW, BY, Region::Hesse, NW, RP, SL], Row::new(Day::Easter(60), "Fronleichnam")),
    (&[SN], Row::new(Day::Easter(60), "Fronleichnam").partial("in some Catholic communes of the district of Bautzen")),
    (
        &[TH],
        Row::new(Day::Easter(60), "Fronleichnam")
            .partial("in the Eichsfeld and some communes of Unstrut-Hainich-Kreis and Wartburgkreis"),
    ),
    (&[BY], Row::new(Day::Fixed(8, 8), "Augsburger Friedensfest").partial("in the city of Augsburg")),
    (&[SL], Row::new(Day::Fixed(8, 15), "Mariä Himmelfahrt")),
    (
        &[BY],
        Row::new(Day::Fixed(8, 15), "Mariä Himmelfahrt").partial("in communes with more Catholics than Protestants"),
    ),
    (&[TH], Row::new(Day::Fixed(9, 20), "Weltkindertag").since(2019)),
    (&[BB, MV, SN, ST, TH], Row::new(Day::Fixed(10, 31), "Reformationstag")),
    (&[HB, HH, NI, SH], Row::new(Day::Fixed(10, 31), "Reformationstag").since(2018)),
    (&[BW, BY, NW, RP, SL], Row::new(Day::Fixed(11, 1), "Allerheiligen")),
    (&[SN], Row::new(Day::Repentance, "Buß- und Bettag").since(1995)),
];

/// The holidays of a state, or of Germany: those of some states are partial there.
pub(super) fn holidays(region: Region, year: i16) -> Vec<Holiday> {
    let everywhere = EVERYWHERE.iter().filter_map(|row| row.in_year(year));
    let own = STATES.iter().filter(|(states, _)| region == Germany || states.contains(&region));
    let own = own.filter_map(|(_, row)| row.in_year(year)).map(|holiday| match region {
        Germany => Holiday { standing: Standing::Partial("in some states"), ..holiday },
        _ => holiday,
    });
    let mut all: Vec<Holiday> = everywhere.collect();
    for holiday in own {
        // One that holds in several states is one, and in 2017 Reformationstag was one already.
        if !all.iter().any(|known| known.date == holiday.date && known.name == holiday.name) {
            all.push(holiday);
        }
    }
    all
}
