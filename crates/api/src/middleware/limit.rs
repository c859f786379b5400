//! How often one caller may ask.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::booking_page::Reader;
use crate::identity::Identity;
use crate::state::State;
use crate::{proxies, surfaces};

/// Whom the limit does not concern.
const EXEMPT: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Refuses callers who ask, or guess, too often.
pub(crate) async fn limit(
    state: State,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let guard = state.guard.as_ref().filter(|_| !EXEMPT.contains(&request.path()));
    let Some(guard) = guard else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let identity = Identity::of(request.request());
    let sender = proxies::sender(request.request(), &state.settings.trusted_proxies);
    let route = state.routes.pattern(request.path()).unwrap_or_default();
    if let Err(failure) = guard.request(&identity, sender, route) {
        let response = surfaces::respond(&Reader::of(request.request()), &failure);
        return Ok(request.into_response(response));
    }
    let response = next.call(request).await?.map_into_boxed_body();
    guard.answer(&identity, sender, route, response.status());
    Ok(response)
}
