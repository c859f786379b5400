//! Which methods each path takes, so that a wrong one is 405 and not 404.

use actix_web::dev::ResourceDef;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::answer::Answer;
use crate::error::{Failure, Kind};
use crate::state::State;

/// Every documented path and its methods.
pub(crate) struct RouteTable(Vec<(ResourceDef, Vec<String>)>);

impl RouteTable {
    /// As the OpenAPI document has them.
    pub(crate) fn new(openapi: &Value) -> Self {
        let paths = openapi["paths"].as_object().into_iter().flatten();
        let routes = paths.map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten().map(|(method, _)| method.to_ascii_uppercase());
            (ResourceDef::new(path.as_str()), methods.collect())
        });
        Self(routes.collect())
    }

    /// The methods that this path takes; none when there is no such path.
    fn methods(&self, path: &str) -> Vec<&str> {
        let mut methods: Vec<&str> = Vec::new();
        for (_, own) in self.0.iter().filter(|(route, _)| route.is_match(path)) {
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
    }
}
