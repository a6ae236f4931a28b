//! The program `thon`. Everything it does is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    thon_server::cli::main()
}
