//! `/openapi.json`, as far as answers are compared with it.

use std::collections::BTreeMap;

use kalends_harness::{Answer, Caller};
use serde_json::{Value, json};

/// The document.
pub(crate) struct Document(Value);

/// One operation in it.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'d> {
    document: &'d Value,
    value: &'d Value,
}

impl Document {
    pub(crate) fn fetch(caller: &Caller) -> Self {
        Self(caller.get("/openapi.json").send().expect(200).json)
    }

    /// Every operation, by its method and path.
    pub(crate) fn operations(&self) -> BTreeMap<String, Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("paths");
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().expect("operations");
            methods.iter().map(move |(method, value)| {
                (format!("{} {path}", method.to_uppercase()), Operation { document: &self.0, value })
            })
        });
        operations.collect()
    }
}

impl<'d> Operation<'d> {
    /// The scopes of which a key needs one; none where no key is enough.
    pub(crate) fn scopes(self) -> Vec<&'d str> {
        let ways = self.value["security"].as_array().expect("security");
        let keys = ways.iter().filter_map(|way| way.get("api_key"));
        keys.map(|key| match &key.as_array().expect("scopes")[..] {
            [Value::String(scope)] => scope.as_str(),
            other => panic!("each way in needs one scope, not {other:?}"),
        })
        .collect()
    }

    /// Whether a token is asked for.
    pub(crate) fn is_open(self) -> bool {
        self.value["security"].as_array().expect("security").is_empty()
    }

    /// The fields that its JSON body may have, if it has one.
    pub(crate) fn fields(self) -> Option<Vec<&'d str>> {
        let schema = self.resolved(self.value.pointer("/requestBody/content/application~1json/schema")?);
        Some(schema["properties"].as_object()?.keys().map(String::as_str).collect())
    }

    /// The status of what is invalid.
    pub(crate) fn invalid(self) -> u16 {
        if self.value["responses"].get("400").is_some() { 400 } else { 422 }
    }

    /// What is wrong with an answer as far as the document tells.
    pub(crate) fn complaint(self, answer: &Answer) -> Option<String> {
        let Some(response) = self.value["responses"].get(answer.status.to_string()) else {
            return Some(format!("the document does not know the status {}", answer.status));
        };
        let Some(content) = self.resolved(response)["content"].as_object() else {
            return (!answer.body.is_empty()).then(|| "the document knows of no body".to_owned());
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let Some(media) = content.get(kind) else {
            return Some(format!("the document does not know the type {kind:?}"));
        };
        let json = kind == "application/json";
        json.then(|| misfit(self, &media["schema"], &answer.json, "$")).flatten()
    }

    fn resolved(self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let found = self.document.pointer(reference.trim_start_matches('#'));
                self.resolved(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => value,
        }
    }
}

/// An object whose fields are told in parts.
fn whole(operation: Operation<'_>, schema: &Value) -> Value {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => operation.document.pointer(reference.trim_start_matches('#')).expect("it leads somewhere"),
        None => schema,
    };
    let Some(parts) = schema["allOf"].as_array() else { return schema.clone() };
    let mut whole = json!({"type": "object", "required": [], "properties": {}});
    for part in parts.iter().map(|part| self::whole(operation, part)) {
        let required = whole["required"].as_array_mut().expect("a list");
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
        let properties = whole["properties"].as_object_mut().expect("an object");
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
    }
    whole
}

/// Where a value is not what its schema says. Names and shapes; what the words and numbers may be is for others to check.
fn misfit(operation: Operation<'_>, schema: &Value, value: &Value, path: &str) -> Option<String> {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => operation.document.pointer(reference.trim_start_matches('#'))?,
        None => schema,
    };
    for words in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[words].as_array() {
            let fits = choices.iter().any(|choice| misfit(operation, choice, value, path).is_none());
            return (!fits).then(|| format!("{path} fits no choice: {value}"));
        }
    }
    if schema["allOf"].is_array() {
        return misfit(operation, &whole(operation, schema), value, path);
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !(types.contains(&is) || is == "number" && types.contains(&"integer")) {
        return Some(format!("{path} is no {}: {value}", types.join(" or ")));
    }
    match value {
        Value::Array(items) => {
            let each =
                |(at, item): (usize, &Value)| misfit(operation, &schema["items"], item, &format!("{path}[{at}]"));
            items.iter().enumerate().find_map(each)
        }
        Value::Object(fields) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let missing = required.into_iter().find(|name| !fields.contains_key(*name));
            if let Some(name) = missing {
                return Some(format!("{path} has no {name}: {value}"));
            }
            fields.iter().find_map(|(name, field)| match schema["properties"].get(name) {
                Some(schema) => misfit(operation, schema, field, &format!("{path}.{name}")),
                None if schema["additionalProperties"].is_object() => {
                    misfit(operation, &schema["additionalProperties"], field, &format!("{path}.{name}"))
                }
                None if schema["properties"].is_object() => {
                    Some(format!("{path} has {name}, of which nothing is told"))
                }
                None => None,
            })
        }
        _ => None,
    }
}
