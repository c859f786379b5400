//! `/llms.txt`: the whole API on one page for agents, written from the OpenAPI document, so that it
//! cannot say anything else.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::surfaces::Surface;

/// The page.
pub(crate) fn text(openapi: &Value) -> String {
    Page { openapi, text: String::new(), named: RefCell::default() }.write()
}

struct Page<'d> {
    openapi: &'d Value,
    text: String,
    named: RefCell<BTreeSet<String>>,
}

fn str_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

impl<'d> Page<'d> {
    fn write(mut self) -> String {
        let info = &self.openapi["info"];
        self.line(&format!("# {}\n\n> {}", str_of(&info["title"]), str_of(&info["description"])));
        let base = str_of(&self.openapi["servers"][0]["url"]);
        self.line(&format!("\n## Base URL\n\n- {base}\n- OpenAPI spec: GET /openapi.json\n- Swagger UI: GET /docs"));
        self.line("\n## Authentication\n");
        for (name, scheme) in entries(&self.openapi["components"]["securitySchemes"]) {
            let header = if name == "bearer" { "Authorization: Bearer TOKEN" } else { "X-API-Key: KEY" };
            self.line(&format!("- `{header}` - {}", str_of(&scheme["description"])));
        }
        self.line("\n## Headers\n");
        for (_, parameter) in entries(&self.openapi["components"]["parameters"]) {
            self.line(&format!("- {}: {}", str_of(&parameter["name"]), str_of(&parameter["description"])));
        }
        for tag in items(&self.openapi["tags"]) {
            self.family(tag);
        }
        // Before the schemas, which it speaks of too.
        let errors = Surface::ALL.map(|surface| (surface, self.shape(self.resolve(&surface.error_schema()))));
        self.line("\n## Data Schemas\n");
        for (name, shape) in self.schemas() {
            self.line(&format!("{name}: {shape}"));
        }
        self.line("\n## Error Format\n\nAn error's form follows from the path.");
        for (surface, shape) in errors {
            self.line(&format!("\n{}: {shape}\n", surface.begins()));
            for (_, response) in entries(&self.openapi["components"]["responses"]) {
                if response["content"]["application/json"]["schema"] == surface.error_schema() {
                    self.error(response);
                }
            }
        }
        self.text
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn family(&mut self, tag: &Value) {
        let own = |operation: &&Value| operation["tags"][0] == tag["name"];
        let mut lines = Vec::new();
        for (path, item) in entries(&self.openapi["paths"]) {
            for (method, operation) in entries(item).filter(|(_, operation)| own(operation)) {
                lines.push(self.operation(path, method, operation));
            }
        }
        if lines.is_empty() {
            return;
        }
        self.line(&format!("\n## {}\n\n{}\n", str_of(&tag["name"]), str_of(&tag["description"])));
        for line in lines {
            self.line(&line);
        }
    }

    fn operation(&self, path: &str, method: &str, operation: &Value) -> String {
        let mut line = format!("{} {path} - {}", method.to_uppercase(), one_line(&operation["summary"]));
        let description = one_line(&operation["description"]);
        if !description.is_empty() {
            let _ = write!(line, " {description}");
        }
        let of = |place: &'static str| {
            let list = items(&operation["parameters"]).filter(move |p| p["in"] == place);
            list.map(|p| self.field(str_of(&p["name"]), &p["schema"], p["required"] == true, false))
                .collect::<Vec<_>>()
                .join(", ")
        };
        for (title, list) in [("Query", of("query")), ("Header", of("header"))] {
            if !list.is_empty() {
                let _ = write!(line, " {title}: {list}.");
            }
        }
        let body = &operation["requestBody"]["content"];
        if let Some((_, content)) = entries(body).next() {
            let _ = write!(line, " Body: {}.", self.shape(self.resolve(&content["schema"])));
        }
        for (status, response) in entries(&operation["responses"]).filter(|(status, _)| status.starts_with('2')) {
            for (kind, content) in entries(&response["content"]) {
                let shape = if kind == "application/json" {
                    self.shape(self.resolve(&content["schema"]))
                } else {
                    kind.clone()
                };
                let _ = write!(line, " Returns {status} {shape}.");
            }
        }
        for (status, response) in entries(&operation["responses"]).filter(|(status, _)| !status.starts_with('2')) {
            if let Some(description) = response["description"].as_str() {
                let _ = write!(line, " {status}: {}", description.replace('\n', " "));
            }
        }
        let access = access(operation);
        if !description.contains("Needs the scope") {
            let _ = write!(line, " {access}");
        }
        line
    }

    /// The schemas that the page speaks of by name.
    fn schemas(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        loop {
            let next: Vec<String> = self.named.take().into_iter().filter(|name| !found.contains_key(name)).collect();
            if next.is_empty() {
                return found;
            }
            for name in next {
                let shape = self.shape(&self.openapi["components"]["schemas"][&name]);
                found.insert(name, shape);
            }
        }
    }

    fn error(&mut self, response: &'d Value) {
        let content = &response["content"]["application/json"];
        let code = |(_, example): (_, &'d Value)| {
            ["code", "error_code"].into_iter().find_map(|field| example["value"][field].as_str()).unwrap_or_default()
        };
        let mut codes: Vec<&str> = entries(&content["examples"]).map(code).collect();
        codes.dedup();
        let when = str_of(&response["description"]);
        let status = entries(&self.openapi["paths"]).flat_map(|(_, item)| entries(item)).find_map(|(_, operation)| {
            let mut all = entries(&operation["responses"]);
            all.find(|(_, own)| own.get("$ref").is_some_and(|path| self.at(path) == Some(response)))
                .map(|(status, _)| status)
        });
        let status = status.map_or("", String::as_str);
        self.line(&format!("- {} ({status}): {when}", codes.join(", ")));
    }

    fn at(&self, reference: &Value) -> Option<&'d Value> {
        self.openapi.pointer(reference.as_str()?.trim_start_matches('#'))
    }

    fn resolve<'s>(&self, schema: &'s Value) -> &'s Value
    where
        'd: 's,
    {
        schema.get("$ref").and_then(|reference| self.at(reference)).unwrap_or(schema)
    }

    /// A field's name and what is special about it; with quotes in bodies.
    fn field(&self, name: &str, schema: &Value, required: bool, quoted: bool) -> String {
        let mark = if required { "" } else { "?" };
        let name = if quoted { format!("\"{name}\"") } else { name.to_owned() };
        let shape = self.shape(schema);
        let hint = if matches!(schema["type"].as_str(), Some("object" | "array"))
            || shape.starts_with(|c: char| c.is_uppercase())
        {
            format!(": {shape}")
        } else if shape == "string" {
            String::new()
        } else {
            format!(" ({shape})")
        };
        format!("{name}{mark}{hint}")
    }

    fn shape(&self, schema: &Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
            self.named.borrow_mut().insert(name.clone());
            return name;
        }
        for way in ["oneOf", "anyOf", "allOf"] {
            if schema.get(way).is_some() {
                return items(&schema[way]).map(|one| self.shape(one)).collect::<Vec<_>>().join("|");
            }
        }
        let (kind, nullable) = match &schema["type"] {
            Value::Array(kinds) => {
                (kinds.iter().map(str_of).find(|kind| *kind != "null"), kinds.iter().any(|k| k == "null"))
            }
            kind => (kind.as_str(), false),
        };
        let mut shape = match kind {
            Some("object") if schema.get("properties").is_some() => {
                let required = |name: &str| items(&schema["required"]).any(|r| r == name);
                let fields =
                    entries(&schema["properties"]).map(|(name, field)| self.field(name, field, required(name), true));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
            Some("array") => format!("[{}]", self.shape(&schema["items"])),
            Some(_) if schema.get("enum").is_some() => items(&schema["enum"])
                .filter_map(Value::as_str)
                .map(|word| format!("\"{word}\""))
                .collect::<Vec<_>>()
                .join("|"),
            other => simple(other.unwrap_or("any"), schema),
        };
        if nullable {
            shape.push_str(" or null");
        }
        shape
    }
}

/// A plain type with its limits.
fn simple(kind: &str, schema: &Value) -> String {
    let range = |low: &str, high: &str| match (schema.get(low), schema.get(high)) {
        (Some(low), Some(high)) => Some(format!("{low}-{high}")),
        (Some(low), None) => Some(format!(">={low}")),
        (None, Some(high)) => Some(format!("<={high}")),
        (None, None) => None,
    };
    let limits = match kind {
        "string" => range("minLength", "maxLength").map(|chars| format!("{chars} chars")),
        _ => range("minimum", "maximum"),
    };
    let what = match schema["format"].as_str() {
        Some("password" | "int32" | "int64") | None => schema["pattern"].as_str().map_or(kind, |_| kind),
        Some(format) => format,
    };
    let default = schema.get("default").map(|default| format!(", default {default}")).unwrap_or_default();
    match limits {
        Some(limits) if what == "string" => format!("{limits}{default}"),
        Some(limits) => format!("{what} {limits}{default}"),
        None => format!("{what}{default}"),
    }
}

fn access(operation: &Value) -> String {
    let ways: Vec<_> = items(&operation["security"]).collect();
    let scopes = ways.iter().flat_map(|way| items(&way["api_key"])).map(str_of).collect::<Vec<_>>().join(", ");
    let key = ways.iter().any(|way| way.get("api_key").is_some());
    match (ways.is_empty(), key, scopes.is_empty()) {
        (true, _, _) => "No auth required.".to_owned(),
        (false, false, _) => "Requires an access token.".to_owned(),
        (false, true, true) => "Requires auth.".to_owned(),
        (false, true, false) => format!("Scope: {scopes}."),
    }
}

fn one_line(text: &Value) -> String {
    str_of(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_line() {
        let openapi = crate::openapi::document();
        let text = text(&openapi);
        for (path, item) in entries(&openapi["paths"]) {
            for (method, _) in entries(item) {
                assert!(text.contains(&format!("\n{} {path} - ", method.to_uppercase())), "{method} {path}");
            }
        }
        let register = text.lines().find(|line| line.starts_with("POST /auth/register")).unwrap();
        assert!(
            register.contains(r#"Body: {"email" (email <=254 chars), "password" (10-1024 chars), "name"?"#),
            "{register}"
        );
        assert!(register.ends_with("No auth required."), "{register}");
        assert!(text.contains("- AUTH_REQUIRED, AUTH_INVALID (401): "), "{text}");
    }
}
