//! A web server on this machine that gives one answer to everything and keeps what it was asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Runs until the test ends.
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What it does when it has answered.
#[derive(Clone, Copy)]
pub(crate) enum After {
    Close,
    /// Keeps the connection, and says nothing more.
    Hold,
}

impl Server {
    /// Answers with this and closes the connection.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        Self::start(answer, After::Close).await
    }

    pub(crate) async fn start(answer: impl Into<Vec<u8>>, after: After) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (asked.clone(), answer.into());
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                // The connection is kept in the log before anything is read: it is a hit, even if nothing is said.
                let index = push(&log, String::new());
                tokio::spawn(serve(connection, index, log.clone(), answer.clone(), after));
            }
        });
        Self { port, asked }
    }

    /// Its URL, by address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What was asked on each connection, in lower case.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn push(log: &Mutex<Vec<String>>, entry: String) -> usize {
    let mut log = log.lock().unwrap();
    log.push(entry);
    log.len() - 1
}

async fn serve(
    mut connection: TcpStream,
    index: usize,
    log: Arc<Mutex<Vec<String>>>,
    answer: Vec<u8>,
    after: After,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    // The 0x16 begins a TLS greeting, which is answered at once, and wrongly.
    while !head.ends_with(b"\r\n\r\n") && head.first() != Some(&0x16) {
        head.push(connection.read_u8().await?);
    }
    log.lock().unwrap()[index] = String::from_utf8_lossy(&head).to_lowercase();
    connection.write_all(&answer).await?;
    match after {
        After::Close => connection.shutdown().await,
        After::Hold => std::future::pending().await,
    }
}
