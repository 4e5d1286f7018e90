//! The command line: one file per group of commands. A command is another process on the same database; a running
//! server notices what it changes. Errors go to standard error with status 1, wrong usage with 2.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::entropy::{Entropy, SystemEntropy};
use crate::keys::{self, Opened, Tables};
use crate::store::Store;
use crate::{telemetry, text};

mod acl;
mod admin;
mod audit;
mod config;
mod cron;
mod customer;
mod doctor;
mod failure;
mod integration;
mod lines;
mod migrate;
mod password;
mod serve;

use failure::Failure;

#[derive(Parser)]
#[command(name = "latchkey", version, about = text::get("cli-about"))]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    #[command(about = text::get("cli-about-serve"))]
    Serve,
    #[command(about = text::get("cli-about-migrate"))]
    Migrate,
    #[command(about = text::get("cli-about-doctor"))]
    Doctor,
    #[command(subcommand, about = text::get("cli-about-config"))]
    Config(config::Command),
    #[command(subcommand, about = text::get("cli-about-admin"))]
    Admin(admin::Command),
    #[command(subcommand, about = text::get("cli-about-customer"))]
    Customer(customer::Command),
    #[command(subcommand, about = text::get("cli-about-integration"))]
    Integration(integration::Command),
    #[command(subcommand, about = text::get("cli-about-cron"))]
    Cron(cron::Command),
    #[command(subcommand, about = text::get("cli-about-audit"))]
    Audit(audit::Command),
    #[command(subcommand, about = text::get("cli-about-acl"))]
    Acl(acl::Command),
}

/// What commands work with.
struct Console<'a> {
    config: Config,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    out: &'a mut dyn io::Write,
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let command = Line::parse().command.unwrap_or(Command::Serve);
    match execute(command, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough.
        Err(Failure::Output(cause)) if cause.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Status(status)) => ExitCode::from(status),
        Err(failure) => {
            // There is nowhere left to complain about a closed standard error.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command, out: &mut dyn io::Write) -> Result<(), Failure> {
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    if let Command::Doctor = command {
        return doctor::run(clock, entropy, out);
    }
    if let Command::Integration(integration::Command::Lint(asked)) = &command {
        return integration::lint(asked, out);
    }
    let config = Config::read()?;
    telemetry::start(&config.log);
    let mut console = Console { config, clock, entropy, out };
    match command {
        Command::Serve => serve::run(console),
        Command::Migrate => migrate::run(&mut console),
        Command::Config(command) => config::run(command, &mut console),
        Command::Admin(command) => admin::run(command, &mut console),
        Command::Customer(command) => customer::run(command, &mut console),
        Command::Integration(command) => integration::run(command, &mut console),
        Command::Cron(command) => cron::run(command, &mut console),
        Command::Audit(command) => audit::run(command, &mut console),
        Command::Acl(command) => acl::run(command, &mut console),
        Command::Doctor => Ok(()),
    }
}

impl Console<'_> {
    /// The database, made when it is empty; one that is older than the program is refused.
    fn store(&self) -> Result<Store, Failure> {
        Ok(self.opened()?.store)
    }

    /// The same, with what the folder of declarations declares.
    fn opened(&self) -> Result<Opened, Failure> {
        Ok(keys::open_store(&self.config, &self.clock, &self.entropy, Tables::MakeWhenEmpty, 1)?)
    }

    fn say(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{line}")?)
    }

    fn say_json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        self.say(&json)
    }

    /// Tells of something that is wrong beside what was asked for.
    fn warn(&self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(io::stderr(), "{line}")?)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_consistent_and_every_one_has_its_text() {
        let mut command = Line::command();
        command.build();
        command.clone().debug_assert();
        let mut queue = vec![command];
        while let Some(command) = queue.pop() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.starts_with("cli-"), "{}: {about:?}", command.get_name());
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(
                    !help.is_empty() && !help.starts_with("cli-"),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            queue.extend(command.get_subcommands().filter(|command| command.get_name() != "help").cloned());
        }
    }
}
