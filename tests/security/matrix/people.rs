//! A calendar's owner, an editor, a viewer, a stranger, and those who only say that they are somebody.

use std::sync::atomic::{AtomicU32, Ordering};

use kalends_harness::providers::{Agreed, Google};
use kalends_harness::{Caller, Server, User, Web};
use serde_json::{Value, json};

use crate::forged::{self, Claims};

/// Every resource that a scope can be about.
const RESOURCES: [&str; 7] = ["calendars", "events", "contacts", "availability", "booking", "calendar", "feeds"];

/// The people of one server.
pub(crate) struct People<'s> {
    pub(crate) server: &'s Server,
    pub(crate) google: &'s Google,
    pub(crate) web: &'s Web,
    pub(crate) owner: User,
    pub(crate) editor: User,
    pub(crate) viewer: User,
    pub(crate) stranger: User,
    callers: Vec<(String, Standing, Caller)>,
}

/// What somebody is to the owner's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Shows no credential.
    Nobody,
    /// Shows one that is not good.
    Refused,
    Stranger,
    Viewer,
    Editor,
    Owner,
    /// The owner's key with these scopes.
    Key(Vec<String>),
}

impl<'s> People<'s> {
    pub(crate) fn register(server: &'s Server, google: &'s Google, web: &'s Web) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let person = |role: &str| server.register(&format!("{role}{number}@example.com"));
        let [owner, editor, viewer, stranger] = ["owner", "editor", "viewer", "stranger"].map(person);
        let mut people = Self { server, google, web, owner, editor, viewer, stranger, callers: Vec::new() };
        people.callers = people.everybody();
        people
    }

    /// Everybody who calls, with a name for messages; those first who are let in least.
    pub(crate) fn callers(&self) -> &[(String, Standing, Caller)] {
        &self.callers
    }

    fn everybody(&self) -> Vec<(String, Standing, Caller)> {
        let nobody = self.server.anyone();
        let named = |name: &str, standing: Standing, caller: &Caller| (name.to_owned(), standing, caller.clone());
        let mut all = vec![named("no token", Standing::Nobody, &nobody)];
        for (name, caller) in [
            ("a broken token", nobody.bearer("not.a.token")),
            ("an expired token", nobody.bearer(&forged::token(&Claims::expired(&self.owner.id)))),
            ("a token of another key", nobody.bearer(&forged::of_another_key(&Claims::good(&self.owner.id)))),
            ("a refresh token", nobody.bearer(&self.owner.refresh)),
            ("a key that is none", nobody.key("kal_0000000000000000000000000000000000000000000")),
        ] {
            all.push((name.to_owned(), Standing::Refused, caller));
        }
        all.push(named("a stranger", Standing::Stranger, &self.stranger));
        for scope in scopes() {
            let caller = self.key(&[&scope]);
            all.push((format!("a key for {scope} alone"), Standing::Key(vec![scope]), caller));
        }
        all.extend([
            named("a viewer", Standing::Viewer, &self.viewer),
            named("an editor", Standing::Editor, &self.editor),
            named("the owner", Standing::Owner, &self.owner),
        ]);
        all
    }

    /// A key of the owner's.
    pub(crate) fn key(&self, scopes: &[&str]) -> Caller {
        let mut body = json!({});
        for scope in scopes {
            let (resource, verb) = scope.split_once(':').expect("resource:verb");
            match &mut body[resource] {
                Value::Array(verbs) => verbs.push(json!(verb)),
                none => *none = json!([verb]),
            }
        }
        self.owner.key(body)
    }

    /// Links the owner's account at Google where that is not so.
    pub(crate) fn link_owner(&self) {
        let list = self.owner.get("/integrations").send().expect(200);
        if list["items"].as_array().is_none_or(Vec::is_empty) {
            let Agreed { code, state } = self.agree();
            let callback = self.server.anyone().get("/integrations/google/callback");
            callback.query("state", &state).query("code", &code).send().expect(200);
        }
    }

    /// What the owner's browser comes back with from Google.
    pub(crate) fn agree(&self) -> Agreed {
        let asked = self.owner.post("/integrations/google/connect").send().expect(200);
        self.google.agree(&asked.at("/authorization_url")).expect("she agrees")
    }
}

/// Every scope.
pub(crate) fn scopes() -> Vec<String> {
    RESOURCES.iter().flat_map(|resource| ["read", "write"].map(|verb| format!("{resource}:{verb}"))).collect()
}
