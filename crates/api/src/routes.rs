//! The route of a path, known before it is taken; and which methods each path takes, so that a wrong one is 405 and not 404.

use actix_web::dev::ResourceDef;
use actix_web::guard::fn_guard;
use actix_web::{HttpRequest, HttpResponse, web};
use matchit::Router;
use serde_json::Value;
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::Answer;
use crate::error::{Failure, Kind};
use crate::state::State;

/// Pages that no document names.
const PAGES: [&str; 3] = ["/", "/docs/{*file}", "/book/assets/{name}"];

/// Registers routes that all begin so, and beside which no others do. The framework compares a path with one route after the
/// other, which took more than half of a request's time; so it skips these all at once.
pub(crate) fn under(begin: &'static str, routes: fn(&mut ServiceConfig<'_>)) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |config| {
        let begins = fn_guard(move |context| context.head().uri.path().starts_with(begin));
        config.service(scope(web::scope("").guard(begins)).configure(routes));
    }
}

/// Every documented path and its methods.
pub(crate) struct RouteTable {
    methods: Vec<(ResourceDef, Vec<String>)>,
    patterns: Router<String>,
}

impl RouteTable {
    /// As the OpenAPI document has them.
    pub(crate) fn new(openapi: &Value) -> Self {
        let paths = openapi["paths"].as_object().into_iter().flatten();
        let routes = paths.map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten().map(|(method, _)| method.to_ascii_uppercase());
            (ResourceDef::new(path.as_str()), methods.collect())
        });
        let methods = routes.collect();
        let documented = openapi["paths"].as_object().into_iter().flatten().map(|(path, _)| path.as_str());
        let mut patterns = Router::new();
        for path in documented.chain(PAGES) {
            let inserted = patterns.insert(path, path.to_owned());
            debug_assert!(inserted.is_ok(), "{path}: {inserted:?}");
        }
        Self { methods, patterns }
    }

    /// What the document calls this path. It says nothing that only its sender should know, as some paths do.
    pub(crate) fn pattern(&self, path: &str) -> Option<&str> {
        self.patterns.at(path).ok().map(|found| found.value.as_str())
    }

    /// The methods that this path takes; none when there is no such path.
    fn methods(&self, path: &str) -> Vec<&str> {
        let mut methods: Vec<&str> = Vec::new();
        for (_, own) in self.methods.iter().filter(|(route, _)| route.is_match(path)) {
            methods.extend(own.iter().map(String::as_str));
        }
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        methods.dedup();
        methods
    }
}

/// Answers whatever no route takes.
pub(crate) async fn no_such_route(request: HttpRequest, state: State) -> Answer {
    let methods = state.routes.methods(request.path());
    if methods.is_empty() {
        return Err(Failure::new(Kind::NotFound, "there is no such route; GET /openapi.json lists them all"));
    }
    let allow = methods.join(", ");
    let message = format!("this route takes {allow}, not {}", request.method());
    Err::<HttpResponse, _>(Failure { allow: Some(allow.into()), ..Failure::new(Kind::NoSuchMethod, message) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn methods_of_a_path() {
        let table = RouteTable::new(&json!({"paths": {"/a/{id}": {"get": {}, "put": {}}, "/a/b": {"post": {}}}}));
        assert_eq!(table.methods("/a/7"), ["GET", "HEAD", "PUT"]);
        assert_eq!(table.methods("/a/b"), ["GET", "HEAD", "POST", "PUT"]);
        assert!(table.methods("/a").is_empty());
        assert_eq!(table.pattern("/a/7"), Some("/a/{id}"));
        assert_eq!(table.pattern("/a/b"), Some("/a/b"));
        assert_eq!(table.pattern("/docs/swagger/ui.css"), Some("/docs/{*file}"));
        assert_eq!(table.pattern("/a/7/x"), None);
    }
}
