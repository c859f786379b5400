//! Forms as browsers send them (`multipart/form-data`, RFC 7578).

use crate::caller::{Caller, Request};

/// A form with its parts, in the order in which they were added.
#[derive(Debug, Clone)]
pub struct Form {
    boundary: String,
    parts: Vec<(String, Vec<u8>)>,
}

impl Form {
    /// One without parts.
    pub fn new() -> Self {
        Self { boundary: "a-boundary".to_owned(), parts: Vec::new() }
    }

    /// With another line between its parts.
    pub fn boundary(self, boundary: &str) -> Self {
        Self { boundary: boundary.to_owned(), ..self }
    }

    /// With a field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.parts.push((format!("name=\"{name}\"\r\n"), value.into()));
        self
    }

    /// With a file in the field `file`.
    pub fn file(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        let head = "name=\"file\"; filename=\"calendar.ics\"\r\nContent-Type: text/calendar\r\n";
        self.parts.push((head.to_owned(), bytes.into()));
        self
    }

    /// What its `Content-Type` says.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Its body.
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (head, value) in &self.parts {
            body.extend(format!("--{}\r\nContent-Disposition: form-data; {head}\r\n", self.boundary).into_bytes());
            body.extend(value);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{}--\r\n", self.boundary).into_bytes());
        body
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::new()
    }
}

impl Request {
    /// With a form as its body.
    pub fn form(self, form: &Form) -> Self {
        self.body(&form.content_type(), form.body())
    }
}

impl Caller {
    /// The import of an iCalendar file.
    pub fn import(&self, calendar: &str, text: impl Into<Vec<u8>>) -> Request {
        self.post("/calendars/import").form(&Form::new().field("calendar_id", calendar).file(text))
    }
}
