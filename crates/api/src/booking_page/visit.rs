//! What a page's address says: what the visitor chose, and which slots they look at.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest};
use jiff::{Timestamp, civil};
use kalends_domain::time::Zone;
use url::form_urlencoded::byte_serialize;

use super::look::{Look, Theme};
use super::times::Clock;
use crate::error::Failure;
use crate::extract::parameters;
use crate::fields::{Fields, Read};
use crate::read::instant;
use crate::read::{checked, date, word, zone};

/// The parameters that mean something here. Whatever else an address carries (mails and search engines add their own)
/// is not looked at.
const KNOWN: [&str; 5] = ["tz", "from", "slot", "clock", "theme"];

/// One look at a page.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(super) look: Look,
    /// Whether times are 9:00 AM or 09:00.
    pub(super) clock: Clock,
    chosen: Chosen,
}

/// What the address says.
#[derive(Debug, Clone, Default)]
struct Chosen {
    zone: Option<Zone>,
    from: Option<civil::Date>,
    slot: Option<Timestamp>,
    clock: Option<Clock>,
    theme: Option<Theme>,
}

impl Read for Chosen {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self {
            zone: f.optional("tz", zone),
            from: f.optional("from", checked(date)),
            slot: f.optional("slot", instant),
            clock: f.optional("clock", word(&[Clock::Twelve, Clock::TwentyFour], Clock::name)),
            theme: f.optional("theme", word(&[Theme::Light, Theme::Dark], Theme::name)),
        })
    }
}

impl Visit {
    fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let (mut query, mut problems) = parameters(request.query_string());
        query.retain(|name, value| KNOWN.contains(&name.as_str()) && value != "");
        problems.0.retain(|problem| KNOWN.contains(&problem.field.as_str()));
        let chosen: Chosen = Fields::of_body(query, problems).finish()?;
        let languages = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let clock = chosen.clock.unwrap_or_else(|| Clock::of(languages.unwrap_or_default()));
        Ok(Self { look: Look::of(request), clock, chosen })
    }

    /// The zone in which times are shown: the visitor's, where they chose one.
    pub(super) fn zone<'z>(&'z self, otherwise: &'z Zone) -> &'z Zone {
        self.chosen.zone.as_ref().unwrap_or(otherwise)
    }

    /// The zone that the visitor chose.
    pub(super) fn chosen_zone(&self) -> Option<&Zone> {
        self.chosen.zone.as_ref()
    }

    /// The first day that is looked at.
    pub(super) fn from(&self) -> Option<civil::Date> {
        self.chosen.from
    }

    /// The start of the slot that was picked.
    pub(super) fn slot(&self) -> Option<Timestamp> {
        self.chosen.slot
    }

    /// The address of one of our pages, with what was chosen and with these parameters.
    pub(super) fn href(&self, path: &str, more: &[(&str, String)]) -> String {
        let kept = self.kept();
        let all = kept.iter().chain(more).map(|(name, value)| {
            let value: String = byte_serialize(value.as_bytes()).collect();
            format!("{name}={value}")
        });
        let query = all.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", self.look.base)
    }

    /// What was chosen, as parameters.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let Chosen { zone, clock, theme, .. } = &self.chosen;
        let zone = zone.as_ref().map(|zone| ("tz", zone.name().to_owned()));
        let clock = clock.map(|clock| ("clock", clock.name().to_owned()));
        zone.into_iter().chain(clock).chain(look_of(*theme, self.look.embedded)).collect()
    }

    /// The look, as parameters for a form that sends zone and clock itself.
    pub(super) fn look_kept(&self) -> Vec<(&'static str, String)> {
        look_of(self.chosen.theme, self.look.embedded)
    }
}

fn look_of(theme: Option<Theme>, embedded: bool) -> Vec<(&'static str, String)> {
    let theme = theme.map(|theme| ("theme", theme.name().to_owned()));
    theme.into_iter().chain(embedded.then(|| ("embed", String::new()))).collect()
}

impl FromRequest for Visit {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn visit(query: &str) -> Result<Visit, Vec<String>> {
        let request = TestRequest::get().uri(&format!("/book/t?{query}")).to_http_request();
        Visit::of(&request).map_err(|failure| failure.details.into_iter().map(|problem| problem.field).collect())
    }

    #[test]
    fn what_was_chosen_is_kept_in_every_address() {
        let visit = visit("tz=america/new_york&clock=12&theme=dark&embed&from=2026-03-02&utm_source=mail").unwrap();
        let next = visit.href("/book/t", &[("from", "2026-03-09".to_owned())]);
        assert_eq!(next, "/book/t?tz=America%2FNew_York&clock=12&theme=dark&embed=&from=2026-03-09");
        assert_eq!(visit.from(), Some(civil::date(2026, 3, 2)));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let wrong = visit("tz=Mars&from=yesterday&slot=noon&clock=13&theme=pink&fbclid=%zz").unwrap_err();
        assert_eq!(wrong, ["tz", "from", "slot", "clock", "theme"]);
        assert!(visit("tz=&from=&clock=").is_ok(), "an empty field of a form is none");
    }
}
