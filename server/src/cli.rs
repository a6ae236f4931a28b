//! The command line: types and help here, one file per command.
