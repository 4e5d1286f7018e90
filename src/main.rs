//! The program: everything else is in the library, so that tests build the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    latchkey::cli::run()
}
