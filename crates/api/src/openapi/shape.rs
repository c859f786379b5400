//! What the derived schemas need: quirks mended, names made plain, an example for every body.

use serde_json::{Map, Value, json};

/// Mends what the derives write.
pub(super) fn mend(document: &mut Value) {
    flatten(document);
    name_lists(document);
}

/// A described field whose schema stands inline comes as `allOf` with an object that holds the
/// description alone, which no text could ever be. Its parts belong together.
fn flatten(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(flatten),
        Value::Object(object) => {
            object.values_mut().for_each(flatten);
            let notes = |part: &Value| part["type"] == "object" && part.get("properties").is_none();
            let Some(Value::Array(parts)) = object.get("allOf") else { return };
            if parts.len() != 2 || !notes(&parts[1]) {
                return;
            }
            let Some(Value::Array(parts)) = object.shift_remove("allOf") else { return };
            let mut parts = parts.into_iter();
            let (first, notes) = (parts.next(), parts.next());
            for (name, part) in [first, notes].into_iter().flatten().flat_map(into_object) {
                object.entry(name).or_insert(part);
            }
        }
        _ => {}
    }
}

fn into_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// `List_Event`, which repeats what an event is, becomes `EventList`, which refers to it.
fn name_lists(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let lists: Vec<String> = schemas.keys().filter_map(|name| name.strip_prefix("List_")).map(str::to_owned).collect();
    for item in &lists {
        let Some(mut list) = schemas.shift_remove(&format!("List_{item}")) else { continue };
        if schemas.contains_key(item) {
            list["properties"]["items"]["items"] = json!({"$ref": format!("#/components/schemas/{item}")});
        }
        schemas.insert(format!("{item}List"), list);
    }
    schemas.sort_keys();
    rename(document, "#/components/schemas/List_");
}

fn rename(value: &mut Value, old: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, old)),
        Value::Object(object) => object.values_mut().for_each(|item| rename(item, old)),
        Value::String(text) => {
            if let Some(item) = text.strip_prefix(old) {
                *text = format!("#/components/schemas/{item}List");
            }
        }
        _ => {}
    }
}

/// Gives every JSON body that has no example the one that its fields make.
pub(super) fn add_examples(document: &mut Value) {
    let known = document.clone();
    let paths = document["paths"].as_object_mut();
    for operation in paths.into_iter().flatten().flat_map(|(_, item)| item.as_object_mut().into_iter().flatten()) {
        let operation = operation.1;
        if let Some(content) = operation.get_mut("requestBody").and_then(|body| body.pointer_mut(JSON)) {
            add_example(content, &known);
        }
        for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            if let Some(content) = response.pointer_mut(JSON) {
                add_example(content, &known);
            }
        }
    }
}

const JSON: &str = "/content/application~1json";

fn add_example(content: &mut Value, document: &Value) {
    if content.get("example").is_none() && content.get("examples").is_none() {
        content["example"] = example(&content["schema"], document);
    }
}

/// What a value of this schema looks like.
fn example(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return document
            .pointer(reference.trim_start_matches('#'))
            .map_or(Value::Null, |schema| example(schema, document));
    }
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    let alternatives = ["oneOf", "anyOf", "allOf"].into_iter().find_map(|way| schema[way].as_array());
    match (alternatives, kind) {
        (Some(parts), _) => {
            parts.iter().find(|part| part["type"] != "null").map_or(Value::Null, |part| example(part, document))
        }
        (None, Some("object")) => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(fields.map(|(name, field)| (name.clone(), example(field, document))).collect())
        }
        (None, Some("array")) => json!([example(&schema["items"], document)]),
        (None, kind) => plain(kind, schema),
    }
}

fn plain(kind: Option<&str>, schema: &Value) -> Value {
    let first = schema.get("default").or_else(|| schema["enum"].get(0));
    match (first, schema["format"].as_str(), kind) {
        (Some(first), _, _) => first.clone(),
        (None, Some("uuid"), _) => json!("019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10"),
        (None, Some("date-time"), _) => json!("2026-03-02T15:00:00Z"),
        (None, _, Some("integer" | "number")) => schema.get("minimum").cloned().unwrap_or(json!(0)),
        (None, _, Some("boolean")) => json!(false),
        (None, _, _) => json!("text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_described_text_stays_a_text() {
        let mut field =
            json!({"allOf": [{"type": "string", "format": "date-time"}, {"type": "object", "description": "When."}]});
        flatten(&mut field);
        assert_eq!(field, json!({"type": "string", "format": "date-time", "description": "When."}));
    }

    #[test]
    fn lists_refer_to_their_items() {
        let list = json!({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object"}}}});
        let mut document = json!({
            "paths": {"/events": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/List_Event"},
            }}}}}}},
            "components": {"schemas": {"List_Event": list, "Event": {"type": "object", "properties": {"title": {"example": "Lecture"}}}}},
        });
        mend(&mut document);
        add_examples(&mut document);
        let content = &document["paths"]["/events"]["get"]["responses"]["200"]["content"]["application/json"];
        assert_eq!(content["schema"]["$ref"], "#/components/schemas/EventList");
        assert_eq!(content["example"], json!({"items": [{"title": "Lecture"}]}));
    }
}
