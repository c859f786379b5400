//! `kalends expand`: a recurrence calculator, JSON lines in and JSON lines out.

use std::io::{self, BufRead, BufReader, Read, Write};

use kalends_domain::recurrence::Budget;
use kalends_domain::recurrence::calculator::{Question, answer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longer than any series that a person keeps: some hundred thousand dates.
const LONGEST_LINE: usize = 4 << 20;

/// Answers every line of `input` with a line of `output`, as they come; blank ones are passed over.
pub(crate) fn run(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = Vec::new();
    loop {
        // Nothing more has come yet: whoever waits for the answers before asking on must get them.
        if input.buffer().is_empty() {
            output.flush()?;
        }
        let Some(whole) = read_line(&mut input, &mut line)? else { break };
        if whole && line.trim_ascii().is_empty() {
            continue;
        }
        let reply = if whole { reply(&line) } else { Reply::failed(Value::Null, too_long()) };
        serde_json::to_writer(&mut output, &reply)?;
        output.write_all(b"\n")?;
    }
    output.flush()
}

fn too_long() -> String {
    format!("the line is longer than {LONGEST_LINE} bytes")
}

/// Reads up to the next line's end. `false` when the line is too long: its rest is read and dropped.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let (mut any, mut whole) = (false, true);
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            return Ok(any.then_some(whole));
        }
        any = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        whole = whole && line.len() + part.len() <= LONGEST_LINE;
        if whole {
            line.extend_from_slice(part);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}

/// A line of input. What else it holds is not looked at, so that test cases can be asked as they are.
#[derive(Deserialize)]
struct Asked {
    dtstart: String,
    tzid: Option<String>,
    rrule: Option<Vec<String>>,
    rdate: Option<Vec<String>>,
    exdate: Option<Vec<String>>,
    from: Option<String>,
    to: Option<String>,
    limit: Option<usize>,
    dtstart_always: Option<bool>,
}

#[derive(Serialize)]
struct Reply {
    id: Value,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Found { instances: Vec<String>, truncated: bool },
    Failed { error: String },
}

impl Reply {
    fn failed(id: Value, error: impl Into<String>) -> Self {
        Self { id, outcome: Outcome::Failed { error: error.into() } }
    }
}

fn reply(line: &[u8]) -> Reply {
    let asked: Value = match serde_json::from_slice(line) {
        Ok(asked) => asked,
        Err(error) => return Reply::failed(Value::Null, format!("the line is not JSON: {error}")),
    };
    let id = asked.get("id").cloned().unwrap_or_default();
    if !asked.is_object() {
        return Reply::failed(id, "the line is not a JSON object");
    }
    match serde_json::from_value(asked).map_err(|error| error.to_string()).and_then(|asked| found(&asked)) {
        Ok(outcome) => Reply { id, outcome },
        Err(error) => Reply::failed(id, error),
    }
}

fn found(asked: &Asked) -> Result<Outcome, String> {
    let question = Question {
        dtstart: &asked.dtstart,
        tzid: asked.tzid.as_deref(),
        rrule: asked.rrule.as_deref().unwrap_or_default(),
        rdate: asked.rdate.as_deref().unwrap_or_default(),
        exdate: asked.exdate.as_deref().unwrap_or_default(),
        from: asked.from.as_deref(),
        to: asked.to.as_deref(),
        limit: asked.limit,
        dtstart_always: asked.dtstart_always,
    };
    let answer = answer(&question, &mut Budget::default())?;
    Ok(Outcome::Found { instances: answer.instances, truncated: answer.truncated })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use serde_json::json;

    use super::*;

    fn ask(input: &[u8]) -> Vec<Value> {
        let mut output = Vec::new();
        run(input, &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    const GOOD: &str =
        r#"{"id":"a","dtstart":"19970902T090000","tzid":"America/New_York","rrule":["FREQ=DAILY;COUNT=2"]}"#;

    #[test]
    fn a_series_is_expanded() {
        let expected = json!({"id": "a", "instances": ["19970902T090000", "19970903T090000"], "truncated": false});
        assert_eq!(ask(GOOD.as_bytes()), [expected]);
    }

    #[test]
    fn one_bad_line_never_stops_the_rest() {
        let mut input =
            b"nonsense\n[1]\n{\"id\":7}\n{\"id\":8,\"dtstart\":\"x\",\"rrule\":\"no list\"}\n\xff\xfe\n".to_vec();
        input.extend(b"[".repeat(100_000));
        input.push(b'\n');
        input.extend(GOOD.as_bytes());
        let replies = ask(&input);
        assert_eq!(replies.len(), 7);
        for (reply, id) in replies.iter().zip([json!(null), json!(null), json!(7), json!(8), json!(null), json!(null)])
        {
            assert_eq!(reply["id"], id);
            assert!(reply["error"].is_string() && reply.get("instances").is_none(), "{reply}");
        }
        assert_eq!(replies[6]["id"], "a");
        assert!(replies[6].get("error").is_none());
    }

    #[test]
    fn a_rule_that_is_wrong_is_told_under_its_id() {
        let replies = ask(br#"{"id":{"n":1},"dtstart":"19970902T090000","rrule":["FREQ=NEVER"]}"#);
        assert_eq!(replies[0]["id"], json!({"n": 1}));
        assert!(!replies[0]["error"].as_str().unwrap().is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_dropped_whole() {
        let mut input = vec![b' '; LONGEST_LINE + 1];
        input.extend(b"\n\n");
        input.extend(GOOD.as_bytes());
        let replies = ask(&input);
        assert_eq!(replies.len(), 2);
        assert!(replies[0]["error"].as_str().unwrap().contains("longer than"));
        assert_eq!(replies[1]["id"], "a");
    }

    #[test]
    fn blank_lines_are_passed_over_and_what_is_not_known_too() {
        let line =
            r#"{"kind":"date","expected":[],"complete":true,"tzid":null,"rdate":null,"dtstart":"19970902","rrule":[]}"#;
        let replies = ask(format!("\n  \r\n{line}\r\n\n").as_bytes());
        assert_eq!(replies, [json!({"id": null, "instances": ["19970902"], "truncated": false})]);
    }

    #[test]
    fn limits_and_windows_are_kept() {
        let line = json!({
            "dtstart": "19970902T090000", "rrule": ["FREQ=DAILY"],
            "from": "19970904T090000", "to": "19970907T090000", "limit": 2,
        });
        let replies = ask(line.to_string().as_bytes());
        assert_eq!(replies[0]["instances"], json!(["19970904T090000", "19970905T090000"]));
        assert_eq!(replies[0]["truncated"], true);
    }

    /// Gives a line only once the ones before it have been answered.
    struct Asker {
        lines: Vec<String>,
        answered: Rc<RefCell<usize>>,
        asked: usize,
    }

    impl Read for Asker {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            assert_eq!(*self.answered.borrow(), self.asked, "an answer was held back");
            let Some(line) = self.lines.pop() else { return Ok(0) };
            self.asked += 1;
            buffer[..line.len()].copy_from_slice(line.as_bytes());
            Ok(line.len())
        }
    }

    struct Listener {
        pending: usize,
        answered: Rc<RefCell<usize>>,
    }

    impl Write for Listener {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.pending += usize::from(bytes.ends_with(b"\n"));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            *self.answered.borrow_mut() += std::mem::take(&mut self.pending);
            Ok(())
        }
    }

    #[test]
    fn whoever_asks_line_by_line_is_answered_line_by_line() {
        let answered = Rc::new(RefCell::new(0));
        let lines = vec![format!("{GOOD}\n"); 3];
        run(
            Asker { lines, answered: Rc::clone(&answered), asked: 0 },
            Listener { pending: 0, answered: Rc::clone(&answered) },
        )
        .unwrap();
        assert_eq!(*answered.borrow(), 3);
    }
}
