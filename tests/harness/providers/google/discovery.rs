//! Google's own description of its Calendar API, and whether calls and answers keep to it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::call::Call;
use super::super::emulator::Reply;
use super::super::schema::{Type, Types};

/// The document as it comes with Google's Python client.
#[derive(Debug)]
pub(super) struct Discovery {
    document: Value,
    types: Types,
}

impl Discovery {
    /// Reads it below a directory in which `tests/oracles/requirements.txt` is installed.
    pub(super) fn load(oracles: &Path) -> Self {
        let lib = oracles.join("venv/lib");
        let python = fs::read_dir(&lib).expect("the oracles have a venv").filter_map(Result::ok);
        let inside = "site-packages/googleapiclient/discovery_cache/documents/calendar.v3.json";
        let path = python.map(|entry| entry.path().join(inside)).find(|path| path.is_file());
        let path = path.expect("the oracles have google-api-python-client");
        let text = fs::read_to_string(path).expect("the document can be read");
        let document: Value = serde_json::from_str(&text).expect("the document is JSON");
        let schemas = document["schemas"].as_object().expect("it has schemas");
        let types = schemas.iter().map(|(name, schema)| (name.clone(), type_of(schema))).collect();
        Self { types: Types(types), document }
    }

    /// What of a call the API does not have.
    pub(super) fn check(&self, call: &Call, prefix: &str) -> Vec<String> {
        let Some(method) = self.method(call, prefix) else { return vec!["there is no such method".to_owned()] };
        let mut broken = Vec::new();
        for (name, value) in &call.query {
            let known = [&method["parameters"][name], &self.document["parameters"][name]];
            match known.into_iter().find(|it| it.is_object()) {
                Some(parameter) => broken.extend(parameter_problem(name, value, parameter)),
                None => broken.push(format!("there is no parameter {name}")),
            }
        }
        for (name, parameter) in method["parameters"].as_object().into_iter().flatten() {
            let given = call.query.iter().filter(|(known, _)| known == name).count();
            if given > 1 && parameter["repeated"] != true {
                broken.push(format!("the parameter {name} is given more than once"));
            }
        }
        match (&call.body, method["request"]["$ref"].as_str()) {
            (Some(body), Some(name)) => self.types.check(body, &Type::Named(name.to_owned()), "body", &mut broken),
            (Some(_), None) => broken.push("a body is sent where none is taken".to_owned()),
            (None, Some(_)) => broken.push("the body is missing".to_owned()),
            (None, None) => {}
        }
        broken
    }

    /// What of an answer the API does not have. An error's form is in no schema.
    pub(super) fn check_answer(&self, call: &Call, prefix: &str, reply: &Reply) -> Vec<String> {
        let mut broken = Vec::new();
        let kind = self.method(call, prefix).and_then(|method| method["response"]["$ref"].as_str());
        if let (Some(body), Some(kind), 200) = (&reply.body, kind, reply.status) {
            self.types.check(body, &Type::Named(kind.to_owned()), "answer", &mut broken);
        }
        broken
    }

    fn method(&self, call: &Call, prefix: &str) -> Option<&Value> {
        let path = call.path.strip_prefix(prefix)?.trim_start_matches('/');
        let methods = self.document["resources"].as_object()?.values();
        let all = methods.flat_map(|resource| resource["methods"].as_object().into_iter().flat_map(|it| it.values()));
        let mut fitting =
            all.filter(|it| it["httpMethod"] == *call.method && fits(it["path"].as_str().unwrap_or_default(), path));
        fitting.next()
    }
}

/// Whether a path is one of a template such as `calendars/{calendarId}/events`.
fn fits(template: &str, path: &str) -> bool {
    let (mut parts, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part == segment || (part.starts_with('{') && !segment.is_empty()) => {}
            _ => return false,
        }
    }
}

fn parameter_problem(name: &str, value: &str, parameter: &Value) -> Option<String> {
    let limit = |which: &str| parameter[which].as_str().and_then(|limit| limit.parse::<i64>().ok());
    let good = match parameter["type"].as_str() {
        Some("boolean") => matches!(value, "true" | "false"),
        Some("integer") => value.parse::<i64>().is_ok_and(|number| {
            limit("minimum").is_none_or(|least| number >= least) && limit("maximum").is_none_or(|most| number <= most)
        }),
        _ if parameter["format"] == "date-time" => chrono::DateTime::parse_from_rfc3339(value).is_ok(),
        _ => parameter["enum"].as_array().is_none_or(|words| words.iter().any(|word| word == value)),
    };
    (!good).then(|| format!("the parameter {name} cannot be {value:?}"))
}

fn type_of(schema: &Value) -> Type {
    if let Some(name) = schema["$ref"].as_str() {
        return Type::Named(name.to_owned());
    }
    match schema["type"].as_str() {
        // A number of 64 bits is text there.
        Some("string") => Type::Text,
        Some("integer" | "number") => Type::Number,
        Some("boolean") => Type::Boolean,
        Some("array") => Type::List(Box::new(type_of(&schema["items"]))),
        Some("object") => match (schema["properties"].as_object(), &schema["additionalProperties"]) {
            (Some(fields), _) => Type::Object(fields.iter().map(|(name, it)| (name.clone(), type_of(it))).collect()),
            (None, Value::Null) => Type::Any,
            (None, others) => Type::Map(Box::new(type_of(others))),
        },
        _ => Type::Any,
    }
}
