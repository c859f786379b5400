//! A mail, and a mail server on this machine that plays a part.

use kalends_ports::{Mail, Mailbox};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

pub(crate) fn mail() -> Mail {
    Mail {
        id: "0198-x".to_owned(),
        to: Mailbox { name: Some("Bo".to_owned()), email: "bo@example.com".parse().unwrap() },
        reply_to: Some(Mailbox { name: None, email: "ann@example.com".parse().unwrap() }),
        subject: "Booked: Office hour".to_owned(),
        text: "Hello Bo,\n\nit is on.\n".to_owned(),
        invitation: None,
    }
}

/// Answers each line that begins with the first of a pair with the second, and everything else as a good server does.
/// Answers with its port.
pub(crate) async fn playing(role: &'static [(&'static str, &'static str)]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let answer = |line: &str| {
                    let played = role.iter().find(|(start, _)| line.starts_with(start)).map(|(_, answer)| *answer);
                    played.unwrap_or(match line.split(' ').next().unwrap_or_default() {
                        "" => "220 here",
                        "EHLO" => "250-here\r\n250 AUTH PLAIN",
                        "DATA" => "354 go on",
                        "QUIT" => "221 bye",
                        _ => "250 fine",
                    })
                };
                let mut said = answer("").to_owned();
                let mut in_data = false;
                loop {
                    if !said.is_empty() && stream.write_all(format!("{said}\r\n").as_bytes()).await.is_err() {
                        return;
                    }
                    let mut line = String::new();
                    if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                        return;
                    }
                    let line = line.trim_end();
                    said = match line {
                        "." => answer("."),
                        _ if in_data => "",
                        line => answer(line),
                    }
                    .to_owned();
                    in_data = (in_data && line != ".") || said.starts_with("354");
                }
            });
        }
    });
    port
}
