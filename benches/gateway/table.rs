//! The table: servers under the same load, one after the other, several times.

use std::cell::Cell;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

use super::Measuring;
use super::database::{Database, Kind};
use super::load::{self, Load};
use super::server::Server;
use super::signer::Credentials;
use super::stage;

/// A server with what it is measured by.
pub(crate) struct Candidate {
    name: String,
    pub(crate) server: Server,
    pub(crate) credentials: Credentials,
    /// The place of the candidate that this one is compared with.
    floor: usize,
    runs: Vec<Run>,
    _database: Option<Database>,
}

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) per_second: f64,
    p50: f64,
    p99: f64,
    processor: f64,
    memory: f64,
}

/// Says what it is measured on.
pub(crate) fn machine() {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{cores} cores,{}; load before: {load}", model.trim_start_matches(['\t', ' ', ':']).trim());
    println!(
        "Generator, database and servers share these cores: only ratios within this run mean something."
    );
}

/// Measures decisions beside both floors.
pub(crate) fn print(kinds: &[Kind], beside: &[PathBuf], measuring: &Measuring) {
    let mut candidates = Vec::new();
    for kind in kinds {
        candidates.extend(candidates_on(kind, beside, candidates.len()));
    }
    for round in 0..measuring.rounds {
        // Each time another one first.
        for step in 0..candidates.len() {
            let place = (step + round) % candidates.len();
            let run = measure(&candidates[place].server, &candidates[place].credentials, measuring);
            candidates[place].runs.push(run);
        }
    }
    println!(
        "\n{:22} {:>10} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "server", "requests/s", "p50 ms", "p99 ms", "CPU µs", "MiB", "× commit", "p99 ×"
    );
    for candidate in &candidates {
        let floor = &candidates[candidate.floor];
        let of = |pick: fn(&Run) -> f64| median(candidate.runs.iter().map(pick));
        let beside = |pick: fn(&Run) -> f64| {
            median(candidate.runs.iter().zip(&floor.runs).map(|(run, floor)| pick(run) / pick(floor)))
        };
        println!(
            "{:22} {:>10.0} {:>8.2} {:>8.2} {:>8.1} {:>8.1} {:>9.2} {:>9.2}",
            candidate.name,
            of(|run| run.per_second),
            of(|run| run.p50),
            of(|run| run.p99),
            of(|run| run.processor),
            of(|run| run.memory),
            beside(|run| run.per_second),
            beside(|run| run.p99),
        );
    }
}

/// Both floors and the program on one kind of database.
fn candidates_on(kind: &Kind, beside: &[PathBuf], first: usize) -> Vec<Candidate> {
    let (floor_database, floor_credentials) = stage::ready(kind, "floor");
    let (database, credentials) = stage::ready(kind, "latchkey");
    let candidate = |name: &str, server, credentials: &Credentials, floor, database| Candidate {
        name: format!("{name} {}", kind.name()),
        server,
        credentials: credentials.clone(),
        floor,
        runs: Vec::new(),
        _database: database,
    };
    let mut candidates = Vec::new();
    let mut commit = first;
    if first == 0 {
        let hmac = Server::floor(&floor_credentials, None);
        candidates
            .push(Candidate { name: "hmac".to_owned(), ..candidate("", hmac, &floor_credentials, 1, None) });
        commit = 1;
    }
    let server = Server::floor(&floor_credentials, Some(&floor_database));
    candidates.push(candidate("commit", server, &floor_credentials, commit, Some(floor_database)));
    let server = Server::latchkey(&database, &[]);
    candidates.push(candidate("latchkey", server, &credentials, commit, Some(database)));
    for (number, build) in beside.iter().enumerate() {
        let (database, credentials) = stage::ready(kind, &format!("beside{number}"));
        let server = Server::build(build, &database, &[]);
        let name = format!("beside {}", number + 1);
        candidates.push(candidate(&name, server, &credentials, commit, Some(database)));
    }
    candidates
}

/// Asks a server for decisions, once.
pub(crate) fn measure(server: &Server, credentials: &Credentials, measuring: &Measuring) -> Run {
    let usage = server.usage();
    let before = Rc::new(Cell::new(0.0));
    let note = Rc::clone(&before);
    let load = Load::of(measuring.connections, measuring.seconds);
    let answered = load::decisions(server.address, std::slice::from_ref(credentials), &load, move || {
        note.set(usage.processor());
    });
    let processor = (usage.processor() - before.get()) * 1e6 / answered.count() as f64;
    Run {
        per_second: answered.per_second(),
        p50: answered.quantile(0.5),
        p99: answered.quantile(0.99),
        processor,
        memory: usage.memory(),
    }
}

/// The one in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
