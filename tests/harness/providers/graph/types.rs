//! Microsoft's own types of Graph, as its TypeScript declarations have them, and whether calls and answers keep to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::schema::{Type, Types};

const FILE: &str = "node_modules/@microsoft/microsoft-graph-types/microsoft-graph.d.ts";

/// The declarations.
#[derive(Debug)]
pub(super) struct Declarations(Types);

impl Declarations {
    /// Reads them below a directory in which `tests/oracles/package.json` is installed.
    pub(super) fn load(oracles: &Path) -> Self {
        let text = fs::read_to_string(oracles.join(FILE)).expect("the oracles have @microsoft/microsoft-graph-types");
        Self::read(&text)
    }

    fn read(text: &str) -> Self {
        let mut types = BTreeMap::new();
        let mut parents: BTreeMap<String, String> = BTreeMap::new();
        let code = text.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with(['*', '/']));
        let mut lines = code.peekable();
        while let Some(line) = lines.next() {
            if let Some(rest) = line.strip_prefix("export type ") {
                let Some((name, value)) = rest.split_once(" =") else { continue };
                let mut value = value.to_owned();
                while !value.ends_with(';') {
                    let Some(more) = lines.next() else { break };
                    value.push_str(more);
                }
                let words: Vec<String> = value.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                types.insert(name.to_owned(), if words.is_empty() { Type::Any } else { Type::Word(words) });
            } else if let Some(rest) = line.strip_prefix("export interface ") {
                let mut words = rest.split_ascii_whitespace();
                let name = words.next().unwrap_or_default().to_owned();
                if let (Some("extends"), Some(parent)) = (words.next(), words.next()) {
                    parents.insert(name.clone(), parent.to_owned());
                }
                let mut fields = BTreeMap::new();
                if !rest.contains('}') {
                    for line in lines.by_ref().take_while(|line| *line != "}") {
                        if let Some((field, kind)) = line.trim_end_matches(';').split_once(':') {
                            let field = field.trim_end_matches('?').trim_matches('"');
                            fields.insert(field.to_owned(), type_of(kind.trim()));
                        }
                    }
                }
                types.insert(name, Type::Object(fields));
            }
        }
        for (name, parent) in &parents {
            let mut above = Some(parent);
            while let Some(known) = above {
                if let (Some(Type::Object(more)), Some(Type::Object(fields))) =
                    (types.get(known).cloned(), types.get_mut(name))
                {
                    fields.extend(more);
                }
                above = parents.get(known);
            }
        }
        Self(Types(types))
    }

    /// What in a value is not of the type of this name.
    pub(super) fn check(&self, value: &Value, name: &str, what: &str) -> Vec<String> {
        let mut broken = Vec::new();
        self.0.check(value, &Type::Named(name.to_owned()), what, &mut broken);
        broken
    }
}

fn type_of(text: &str) -> Type {
    if let Some(inner) = text.strip_prefix("NullableOption<").and_then(|it| it.strip_suffix('>')) {
        return type_of(inner);
    }
    if let Some(item) = text.strip_suffix("[]") {
        return Type::List(Box::new(type_of(item)));
    }
    match text {
        "string" => Type::Text,
        "number" => Type::Number,
        "boolean" => Type::Boolean,
        name if name.chars().all(char::is_alphanumeric) && name.starts_with(char::is_uppercase) => {
            Type::Named(name.to_owned())
        }
        _ => Type::Any,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = r#"
export type NullableOption<T> = T | null;
export type Color = "red" | "blue";
export type Long =
    | "one"
    | "two";
export interface Entity {
    // The id.
    id?: string;
}
export interface Item extends Entity {
    /**
     * Words: of it.
     */
    words?: NullableOption<string[]>;
}
export interface Event extends Item {
    color?: NullableOption<Color>;
    long?: Long;
    next?: NullableOption<Event[]>;
}
"#;

    #[test]
    fn declarations_are_read() {
        let types = Declarations::read(TEXT);
        let good = json!({"@odata.etag": "1", "id": "a", "words": ["b"], "color": null, "long": "two", "next": [{}]});
        assert_eq!(types.check(&good, "Event", "it"), [""; 0]);
        let bad = json!({"ids": "a", "words": "b", "color": "green", "next": [{"long": "three"}]});
        let said = types.check(&bad, "Event", "it").join("\n");
        for part in ["no field ids", "it.words is not a list", "it.color is not one of red, blue", "it.next[0].long"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
