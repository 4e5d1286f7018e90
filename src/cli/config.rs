//! `latchkey config`: settings that are kept in the database and may change while the server runs.

use clap::Subcommand;
use serde::Serialize;

use super::{Console, Failure};
use crate::domain::Actor;
use crate::domain::setting::{self, Current};
use crate::text;

#[derive(Subcommand)]
pub(super) enum Command {
    #[command(about = text::get("cli-about-config-list"))]
    List {
        #[arg(long, help = text::get("cli-help-json"))]
        json: bool,
    },
    #[command(about = text::get("cli-about-config-get"))]
    Get {
        #[arg(help = text::get("cli-help-path"))]
        path: String,
    },
    #[command(about = text::get("cli-about-config-set"))]
    Set {
        #[arg(help = text::get("cli-help-path"))]
        path: String,
        #[arg(help = text::get("cli-help-value"), allow_hyphen_values = true)]
        value: String,
    },
    #[command(about = text::get("cli-about-config-unset"))]
    Unset {
        #[arg(help = text::get("cli-help-path"))]
        path: String,
    },
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    value: &'a str,
    default: &'a str,
    is_set: bool,
}

pub(super) fn run(command: Command, console: &mut Console<'_>) -> Result<(), Failure> {
    let store = console.store()?;
    match command {
        Command::List { json } => {
            let settings = store.read_now(setting::list)?;
            if json {
                return console.say_json(&settings.iter().map(row).collect::<Vec<_>>());
            }
            for Current { setting, value, .. } in settings {
                console.say(&format!("{} = {value}", setting.path))?;
            }
            Ok(())
        }
        Command::Get { path } => {
            let setting = setting::by_path(&path)?;
            let value = store.read_now(|work| setting::text(work, setting))?;
            console.say(&value)
        }
        Command::Set { path, value } => {
            let setting = setting::by_path(&path)?;
            Ok(store.write_now(|work| setting::set(work, &Actor::command(), setting, &value))?)
        }
        Command::Unset { path } => {
            let setting = setting::by_path(&path)?;
            Ok(store.write_now(|work| setting::unset(work, &Actor::command(), setting))?)
        }
    }
}

fn row(current: &Current) -> Row<'_> {
    let Current { setting, value, is_set } = current;
    Row { path: setting.path, value, default: setting.default, is_set: *is_set }
}
