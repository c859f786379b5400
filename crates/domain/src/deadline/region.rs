//! Where a deadline runs: the law it is counted by, and the public holidays it meets.

use std::fmt;

use crate::words::words;

words! {
    /// A place with public holidays of its own, by its ISO 3166 code.
    Region {
        /// Germany, with the holidays of all sixteen states alone.
        Germany = "DE",
        /// Baden-Württemberg.
        BadenWuerttemberg = "DE-BW",
        /// Bavaria.
        Bavaria = "DE-BY",
        /// Berlin.
        Berlin = "DE-BE",
        /// Brandenburg.
        Brandenburg = "DE-BB",
        /// Bremen.
        Bremen = "DE-HB",
        /// Hamburg.
        Hamburg = "DE-HH",
        /// Hesse.
        Hesse = "DE-HE",
        /// Mecklenburg-Vorpommern.
        Mecklenburg = "DE-MV",
        /// Lower Saxony.
        LowerSaxony = "DE-NI",
        /// North Rhine-Westphalia.
        NorthRhine = "DE-NW",
        /// Rhineland-Palatinate.
        RhinelandPalatinate = "DE-RP",
        /// Saarland.
        Saarland = "DE-SL",
        /// Saxony.
        Saxony = "DE-SN",
        /// Saxony-Anhalt.
        SaxonyAnhalt = "DE-ST",
        /// Schleswig-Holstein.
        SchleswigHolstein = "DE-SH",
        /// Thuringia.
        Thuringia = "DE-TH",
        /// Austria.
        Austria = "AT",
        /// Switzerland, with the holidays of all cantons alone.
        Switzerland = "CH",
        /// France, without those of Alsace, Moselle and overseas.
        France = "FR",
        /// The United States, federal.
        UnitedStates = "US",
    } one of "DE, DE-BW, DE-BY, DE-BE, DE-BB, DE-HB, DE-HH, DE-HE, DE-MV, DE-NI, DE-NW, DE-RP, DE-SL, DE-SN, DE-ST, DE-SH, DE-TH, AT, CH, FR, US";
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whose law counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Country {
    Germany,
    Austria,
    Switzerland,
    France,
    UnitedStates,
}

impl Region {
    pub(super) fn country(self) -> Country {
        match self {
            Self::Austria => Country::Austria,
            Self::Switzerland => Country::Switzerland,
            Self::France => Country::France,
            Self::UnitedStates => Country::UnitedStates,
            _ => Country::Germany,
        }
    }

    /// The IANA zone in which its days end; `None` for the United States, which have many.
    ///
    /// ```
    /// use kalends_domain::deadline::Region;
    ///
    /// assert_eq!("DE-BY".parse::<Region>()?.zone_name(), Some("Europe/Berlin"));
    /// # Ok::<(), kalends_domain::access::UnknownName>(())
    /// ```
    pub fn zone_name(self) -> Option<&'static str> {
        match self.country() {
            Country::Germany => Some("Europe/Berlin"),
            Country::Austria => Some("Europe/Vienna"),
            Country::Switzerland => Some("Europe/Zurich"),
            Country::France => Some("Europe/Paris"),
            Country::UnitedStates => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_named_in_the_error_and_read_by_its_name() {
        let listed = "DE-XX".parse::<Region>().unwrap_err().to_string();
        let all: Vec<&str> = Region::ALL.iter().map(|region| region.as_str()).collect();
        assert_eq!(listed, format!("must be one of {}", all.join(", ")));
        assert_eq!(all.iter().filter(|code| code.starts_with("DE-")).count(), 16);
        for region in Region::ALL {
            assert_eq!(region.to_string().parse::<Region>().as_ref(), Ok(region));
        }
        for bad in ["", "de-be", "DE-", "DE-BE ", "Berlin", "US-NY"] {
            assert!(bad.parse::<Region>().is_err(), "{bad}");
        }
    }
}
