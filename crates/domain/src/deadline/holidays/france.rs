//! France: the eleven public holidays of art. L3133-1 of the Code du travail.

use super::table::{Day, Row};

const ALSACE: &str = "in Alsace and Moselle";

pub(super) const TABLE: &[Row] = &[
    Row::new(Day::Fixed(1, 1), "Jour de l'an"),
    Row::new(Day::Easter(-2), "Vendredi saint").partial(ALSACE),
    Row::new(Day::Easter(1), "Lundi de Pâques"),
    Row::new(Day::Fixed(5, 1), "Fête du Travail"),
    Row::new(Day::Fixed(5, 8), "Victoire de 1945"),
    Row::new(Day::Easter(39), "Ascension"),
    Row::new(Day::Easter(50), "Lundi de Pentecôte"),
    Row::new(Day::Fixed(7, 14), "Fête nationale"),
    Row::new(Day::Fixed(8, 15), "Assomption"),
    Row::new(Day::Fixed(11, 1), "Toussaint"),
    Row::new(Day::Fixed(11, 11), "Armistice de 1918"),
    Row::new(Day::Fixed(12, 25), "Noël"),
    Row::new(Day::Fixed(12, 26), "Deuxième jour de Noël").partial(ALSACE),
];
