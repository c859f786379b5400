//! The memory of a server, in bytes.

use kalends_harness::Server;

/// The most that it ever had.
pub(crate) fn peak_memory(server: &Server) -> u64 {
    told(server, "VmHWM:")
}

/// The memory that the server has now, in bytes.
pub(crate) fn resident_memory(server: &Server) -> u64 {
    told(server, "VmRSS:")
}

fn told(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("the server is there");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().expect("a number") * 1024
}
