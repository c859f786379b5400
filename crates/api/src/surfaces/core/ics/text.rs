//! A calendar's iCalendar text as an answer, sent as it is written.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, ContentDisposition, DispositionParam, DispositionType, ETAG, ExtendedValue,
    HeaderMap, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream::try_unfold;
use kalends_app::Export;
use kalends_domain::calendar::Calendar;

use crate::error::Failure;
use crate::state::State;

/// The media type of iCalendar (RFC 5545, section 8.1).
pub(in crate::surfaces::core) const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// What tells one state of a calendar's text from another, without writing it.
pub(crate) struct Validators {
    etag: String,
    /// To the second, as HTTP tells it. Of several calendars there is no such moment: one may have gone.
    changed_at: Option<SystemTime>,
}

impl Validators {
    /// Of the text that this server would write of these calendars now. A server with other time zone data, or of another
    /// version, may write another.
    pub(crate) fn of(calendars: &[Calendar], state: &State) -> Self {
        let mut writer = DefaultHasher::new();
        (&state.settings.version, &state.settings.tzdata).hash(&mut writer);
        for calendar in calendars {
            (calendar.id, calendar.feed_generation, calendar.version, calendar.revision).hash(&mut writer);
        }
        let changed_at = match calendars {
            [one] => u64::try_from(one.changed_at().as_second()).ok(),
            _ => None,
        };
        Self {
            etag: format!("W/\"{:x}\"", writer.finish()),
            changed_at: changed_at.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
        }
    }

    /// Whether the caller has this very text (RFC 9110, section 13.2.2).
    pub(crate) fn hold_for(&self, request: &HttpRequest) -> bool {
        let headers = request.headers();
        if headers.contains_key(IF_NONE_MATCH) {
            let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
            return values(headers).any(|tag| tag.trim() == "*" || opaque(tag) == opaque(&self.etag));
        }
        let since = headers.get(IF_MODIFIED_SINCE).and_then(|since| since.to_str().ok()?.parse::<HttpDate>().ok());
        since.zip(self.changed_at).is_some_and(|(since, changed_at)| changed_at <= SystemTime::from(since))
    }

    /// 304: the caller has it.
    pub(crate) fn unchanged(&self) -> HttpResponse {
        self.on(HttpResponse::NotModified()).finish()
    }

    fn on(&self, mut response: HttpResponseBuilder) -> HttpResponseBuilder {
        response.insert_header((ETAG, self.etag.as_str()));
        if let Some(changed_at) = self.changed_at {
            response.insert_header((LAST_MODIFIED, HttpDate::from(changed_at)));
        }
        response.insert_header((CACHE_CONTROL, "private, no-cache"));
        response
    }
}

fn values(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','))
}

/// 200 with the text.
pub(crate) fn stream(export: Export, validators: &Validators, disposition: DispositionType) -> HttpResponse {
    let file = ContentDisposition { disposition, parameters: file_name(export.name()) };
    let text = try_unfold(export, async |mut export: Export| {
        let piece = export.next().await.map_err(Failure::from)?;
        Ok::<_, Failure>(piece.map(|piece| (Bytes::from(piece), export)))
    });
    let mut response = validators.on(HttpResponse::Ok());
    response.content_type(MEDIA_TYPE).insert_header((CONTENT_DISPOSITION, file)).streaming(text)
}

/// A name that every client takes, and the calendar's own for those that read it (RFC 6266, appendix D).
fn file_name(name: &str) -> Vec<DispositionParam> {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let mut parameters = vec![DispositionParam::Filename(format!("{plain}.ics"))];
    if plain != name {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: actix_web::http::header::Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: format!("{name}.ics").into_bytes(),
        }));
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn check(header: (&str, &str), expected: bool) {
        let changed_at = SystemTime::UNIX_EPOCH + Duration::from_hours(492_324); // Sun, 01 Mar 2026 12:00:00 GMT
        let validators = Validators { etag: "W/\"1.2.f\"".to_owned(), changed_at: Some(changed_at) };
        let request = TestRequest::get().insert_header(header).to_http_request();
        assert_eq!(validators.hold_for(&request), expected, "{header:?}");
    }

    #[test]
    fn conditions() {
        check(("If-None-Match", "W/\"1.2.f\""), true);
        check(("If-None-Match", "\"x\", \"1.2.f\""), true);
        check(("If-None-Match", "*"), true);
        check(("If-None-Match", "\"1.2.e\""), false);
        check(("If-None-Match", ""), false);
        check(("If-Modified-Since", "Sun, 01 Mar 2026 12:00:00 GMT"), true);
        check(("If-Modified-Since", "Sun, 01 Mar 2026 11:59:59 GMT"), false);
        check(("If-Modified-Since", "yesterday"), false);
        check(("Accept", "*/*"), false);
    }

    #[test]
    fn file_names() {
        let header = |name: &str| {
            ContentDisposition { disposition: DispositionType::Attachment, parameters: file_name(name) }.to_string()
        };
        assert_eq!(header("Work"), "attachment; filename=\"Work.ics\"");
        assert_eq!(header("a\"/ü"), "attachment; filename=\"a___.ics\"; filename*=UTF-8''a%22%2F%C3%BC.ics");
    }
}
