//! Somebody else's mail server, on loopback: it keeps what it takes, and refuses when a test says so.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::server::Settings;

/// How long a mail is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server that is up as long as this value is.
#[derive(Debug)]
pub struct Smtp {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<Mail>,
    /// What the next ones who want to send something are told.
    replies: VecDeque<Reply>,
    tried: usize,
    down: bool,
    ended: bool,
}

#[derive(Debug, Clone)]
enum Reply {
    Line(String),
    Silence,
}

/// A mail as it was handed over.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Who gets it, as the envelope says.
    pub to: Vec<String>,
    /// All of it, headers first.
    pub raw: String,
}

impl Smtp {
    /// Starts one on any free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                {
                    let state = lock(&shared);
                    if state.ended {
                        return;
                    }
                    if state.down {
                        continue;
                    }
                }
                let state = Arc::clone(&shared);
                // Whoever sends may be killed in the middle of it.
                std::thread::spawn(move || stream.and_then(|stream| converse(stream, &state)).ok());
            }
        });
        Self { port, state }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// These settings, and mail through this server.
    pub fn settings(&self, settings: Settings) -> Settings {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        settings.set("SMTP_URL", &url).set("MAIL_FROM", "Our calendar <cal@example.org>")
    }

    /// Goes down, or comes up again. Its port stays its own, so while it is down it hangs up on whoever connects.
    pub fn be_down(&self, down: bool) {
        lock(&self.state).down = down;
    }

    /// Answers the next one who wants to send something with this line: `451 4.7.1 later`.
    pub fn refuse_next(&self, line: &str) {
        lock(&self.state).replies.push_back(Reply::Line(line.to_owned()));
    }

    /// Lets the next one who wants to send something wait for an answer, for ever.
    pub fn keep_next_waiting(&self) {
        lock(&self.state).replies.push_back(Reply::Silence);
    }

    /// How often somebody wanted to send something.
    pub fn tried(&self) -> usize {
        lock(&self.state).tried
    }

    /// All mails so far.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.state).mails.clone()
    }

    /// The mails to this address so far, once there are so many.
    #[track_caller]
    pub fn wait_for(&self, to: &str, count: usize) -> Vec<Mail> {
        let mut found = Vec::new();
        wait(&format!("{count} mails to {to}"), || {
            found = self.mails().into_iter().filter(|mail| mail.to == [to]).collect();
            found.len() >= count
        });
        found
    }
}

/// Waits until something is so; panics if that takes too long.
#[track_caller]
pub fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        // Wakes the thread that waits for a connection.
        TcpStream::connect(("127.0.0.1", self.port)).ok();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics while serving")
}

fn converse(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut to = Vec::new();
    stream.write_all(b"220 here\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let upper = line.to_ascii_uppercase();
        let answer = if upper.starts_with("MAIL") {
            to.clear();
            let reply = {
                let mut state = lock(state);
                state.tried += 1;
                state.replies.pop_front()
            };
            match reply {
                Some(Reply::Line(line)) => line,
                Some(Reply::Silence) => {
                    // Until the other side hangs up, or is killed.
                    lines.by_ref().for_each(drop);
                    return Ok(());
                }
                None => "250 fine".to_owned(),
            }
        } else if upper.starts_with("RCPT TO:") {
            to.push(line["RCPT TO:".len()..].trim().trim_matches(['<', '>']).to_owned());
            "250 fine".to_owned()
        } else if upper == "DATA" {
            stream.write_all(b"354 go on\r\n")?;
            let mut raw = String::new();
            for line in lines.by_ref() {
                let line = line?;
                if line == "." {
                    break;
                }
                raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                raw.push_str("\r\n");
            }
            lock(state).mails.push(Mail { to: to.clone(), raw });
            "250 taken".to_owned()
        } else if upper.starts_with("QUIT") {
            return stream.write_all(b"221 bye\r\n");
        } else {
            "250 here".to_owned()
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

impl Mail {
    /// A header of the mail, unfolded.
    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        header(&self.raw, name).unwrap_or_else(|| panic!("no {name} in\n{}", self.raw))
    }

    /// What it says.
    #[track_caller]
    pub fn text(&self) -> String {
        self.part("text/plain").unwrap_or_else(|| panic!("no text in\n{}", self.raw))
    }

    /// The event that comes with it, its lines unfolded, if one does.
    pub fn event(&self) -> Option<String> {
        Some(self.part("text/calendar")?.replace("\r\n ", ""))
    }

    /// The first path in the text that begins so.
    #[track_caller]
    pub fn path(&self, start: &str) -> String {
        let text = self.text();
        let from = text.find(start).unwrap_or_else(|| panic!("no {start} in\n{text}"));
        text[from..].split_whitespace().next().unwrap_or_default().to_owned()
    }

    /// The first part of this type, decoded.
    fn part(&self, media_type: &str) -> Option<String> {
        leaf(&self.raw, media_type)
    }
}

fn leaf(part: &str, media_type: &str) -> Option<String> {
    let (_, body) = part.split_once("\r\n\r\n")?;
    let told = header(part, "Content-Type")?;
    if told.starts_with("multipart/") {
        let boundary = told.split("boundary=").nth(1)?.trim_matches('"').to_owned();
        let (begin, end) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}--"));
        return body.split(&begin).skip(1).find_map(|part| leaf(part.split(&end).next().unwrap_or(part), media_type));
    }
    if !told.starts_with(media_type) {
        return None;
    }
    Some(match header(part, "Content-Transfer-Encoding").as_deref() {
        Some("quoted-printable") => quoted_printable(body),
        Some("base64") => panic!("this mail is in base64, which this harness does not read:\n{part}"),
        _ => body.to_owned(),
    })
}

fn header(part: &str, name: &str) -> Option<String> {
    let (head, _) = part.split_once("\r\n\r\n")?;
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(value.trim().to_owned())
}

/// RFC 2045, section 6.7.
fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}
