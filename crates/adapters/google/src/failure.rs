//! What Google means when it refuses.

use kalends_http::Answer;
use kalends_ports::ProviderError;

use crate::wire::Refusal;

/// The reasons of a 403 that say "later", not "no".
const LATER: [&str; 4] = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"];

/// Why this was not done.
pub(crate) fn of(answer: &Answer) -> ProviderError {
    let said = answer.json::<Refusal>().ok().map(|refusal| refusal.error);
    let said = said.as_ref();
    let reasons = said.map(|it| it.errors.as_slice()).unwrap_or_default();
    let later = reasons.iter().filter_map(|it| it.reason.as_deref()).any(|reason| LATER.contains(&reason));
    if answer.status == 403 && later {
        return ProviderError::RateLimited { retry_after: answer.retry_after };
    }
    answer.failure(said.and_then(|it| it.message.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: &ProviderError) {
        assert_eq!(of(&Answer { status, retry_after: None, body: body.as_bytes().to_vec() }), *expected);
    }

    #[test]
    fn a_403_is_a_no_or_a_later() {
        let body = |reason: &str| format!(r#"{{"error":{{"errors":[{{"reason":"{reason}"}}],"message":"M"}}}}"#);
        for reason in LATER {
            check(403, &body(reason), &ProviderError::RateLimited { retry_after: None });
        }
        check(403, &body("insufficientPermissions"), &ProviderError::Forbidden("M".to_owned()));
    }

    #[test]
    fn what_is_no_refusal_of_googles_is_still_one() {
        check(403, "<html>", &ProviderError::Forbidden("status 403".to_owned()));
        check(400, "{}", &ProviderError::Rejected("status 400".to_owned()));
        check(401, "", &ProviderError::Unauthorized);
    }
}
