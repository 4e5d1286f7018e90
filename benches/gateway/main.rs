//! What deciding costs as a whole server: the real program beside two floors, in the same run.
//!
//! `cargo bench --bench gateway` prints everything in about five minutes; `-- --help` lists what can be chosen.
//! Generator, database and servers share the cores of one machine, so only ratios within a run mean something.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]
#![expect(clippy::disallowed_methods, reason = "the tests' own switch, no setting of the program")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures of a measurement"
)]

mod database;
mod floor;
mod load;
mod passing;
mod scenario;
mod server;
mod signer;
mod stage;
mod table;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use database::Kind;

/// Measures the program as a whole.
#[derive(Parser)]
struct Arguments {
    /// A PostgreSQL to measure on as well; TEST_POSTGRES_URL by default.
    #[arg(long)]
    postgres: Option<String>,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// How often each is repeated, interleaved with the others; the medians are shown.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Connections at the same time.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Nonces stored where many are stored.
    #[arg(long, default_value_t = 10_000_000)]
    nonces: u64,
    /// Other builds of the program, to be measured beside it.
    #[arg(long)]
    beside: Vec<PathBuf>,
    /// Measure only these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    floor: Option<SocketAddr>,
    #[arg(long, hide = true)]
    upstream: Option<SocketAddr>,
    #[arg(long, hide = true)]
    secrets: Option<String>,
    #[arg(long, hide = true)]
    database: Option<String>,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Decisions beside the floors.
    Decisions,
    /// Decisions with many nonces stored.
    Nonces,
    /// Decisions while old nonces are deleted.
    Cleanup,
    /// Memory with 10,000 integrations.
    Memory,
    /// From the start to the first answer.
    Start,
    /// Token exchanges.
    Exchange,
    /// Calls that are passed on, beside nginx.
    Passing,
}

fn main() {
    let arguments = Arguments::parse();
    if let (Some(address), Some(secrets)) = (arguments.floor, &arguments.secrets) {
        return floor::serve(address, secrets, arguments.database.as_deref());
    }
    if let Some(address) = arguments.upstream {
        return passing::serve(address);
    }
    table::machine();
    let kinds = arguments.kinds();
    let wants = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let begun = std::time::Instant::now();
    if wants(Part::Decisions) {
        table::print(&kinds, &arguments.beside, &arguments.measuring());
    }
    println!("\n{:44} {:>18}   target", "scenario", "measured");
    for kind in &kinds {
        if wants(Part::Nonces) {
            scenario::many_nonces(kind, arguments.nonces, &arguments.measuring());
        }
        if wants(Part::Cleanup) {
            scenario::cleanup(kind, &arguments.measuring());
        }
    }
    if wants(Part::Memory) {
        scenario::memory(&Kind::Sqlite, &arguments.measuring());
    }
    if wants(Part::Start) {
        kinds.iter().for_each(scenario::start);
    }
    if wants(Part::Exchange) {
        scenario::exchange(&Kind::Sqlite, &arguments.measuring());
    }
    if wants(Part::Passing) {
        passing::beside_nginx(&Kind::Sqlite, &arguments.measuring());
    }
    println!("\nmeasured in {:.0} s", begun.elapsed().as_secs_f64());
}

/// How everything is measured.
struct Measuring {
    rounds: usize,
    connections: usize,
    seconds: f64,
}

impl Arguments {
    fn measuring(&self) -> Measuring {
        Measuring { rounds: self.rounds, connections: self.connections, seconds: self.seconds }
    }

    fn kinds(&self) -> Vec<Kind> {
        let given = self.postgres.clone().or_else(|| std::env::var("TEST_POSTGRES_URL").ok());
        match given.filter(|url| !url.is_empty()) {
            Some(server) => vec![Kind::Sqlite, Kind::Postgres(server)],
            None => {
                println!("PostgreSQL is left out: give its address with --postgres or TEST_POSTGRES_URL");
                vec![Kind::Sqlite]
            }
        }
    }
}
