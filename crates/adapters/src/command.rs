//! Programs of the host: run without a shell, bounded in time, their words kept for whoever has to mend something.

use std::{collections::BTreeMap, io::ErrorKind, process::Stdio, time::Duration};

use tokio::{io::AsyncWriteExt as _, process::Command, time::timeout};

/// Where system programs are; a service's own path often lacks the `sbin`s.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How long a program may take. The slowest one makes a file system, which takes a second on a slow disk.
const LIMIT: Duration = Duration::from_secs(30);

/// Why a program did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("`{0}` is not installed")]
    Missing(String),
    #[error("`{command}` failed: {said}")]
    Failed { command: String, said: String },
}

/// Runs a program with this on its standard input, and tells what it wrote.
///
/// # Errors
/// When it is not there, fails, or does not end.
pub(crate) async fn run(program: &str, arguments: &[&str], input: &str) -> Result<String, CommandError> {
    Call { input, ..Call::new(program, arguments) }.run().await
}

/// Runs a program that tells on standard error, and tells what it said there.
///
/// # Errors
/// When it is not there, fails, or does not end.
pub(crate) async fn said(program: &str, arguments: &[&str]) -> Result<String, CommandError> {
    let output = Call::new(program, arguments).output().await?;
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Variables of a program, besides those that every program gets.
pub(crate) type Environment = BTreeMap<&'static str, String>;

/// A program as it is called.
pub(crate) struct Call<'c> {
    pub program: &'c str,
    pub arguments: &'c [&'c str],
    /// What stands on its standard input.
    pub input: &'c str,
    pub environment: Environment,
    /// How long it may take.
    pub limit: Duration,
}

impl<'c> Call<'c> {
    pub const fn new(program: &'c str, arguments: &'c [&'c str]) -> Self {
        Self { program, arguments, input: "", environment: Environment::new(), limit: LIMIT }
    }

    /// Runs it, and tells what it wrote.
    ///
    /// # Errors
    /// When it is not there, fails, or does not end.
    pub async fn run(&self) -> Result<String, CommandError> {
        let output = self.output().await?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn output(&self) -> Result<std::process::Output, CommandError> {
        let Self { program, arguments, limit, .. } = self;
        let command = || format!("{program} {}", arguments.join(" "));
        let failed = |said: String| CommandError::Failed { command: command(), said };
        let ended = timeout(*limit, self.ended()).await;
        let ended = ended.map_err(|_| failed(format!("it did not end within {} s", limit.as_secs())))?;
        let output = ended.map_err(|error| match error.kind() {
            ErrorKind::NotFound => CommandError::Missing((*program).to_owned()),
            _ => failed(error.to_string()),
        })?;
        if output.status.success() {
            return Ok(output);
        }
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }

    async fn ended(&self) -> std::io::Result<std::process::Output> {
        let mut child = Command::new(self.program)
            .args(self.arguments)
            .env("PATH", PATH)
            .env("LC_ALL", "C")
            .envs(&self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read ends by itself, and then its own words say why.
            let _ = stdin.write_all(self.input.as_bytes()).await;
        }
        child.wait_with_output().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_program_says_is_kept() {
        assert_eq!(run("cat", &[], "hello").await.expect("a copy"), "hello");
        let failed = run("sh", &["-c", "echo why >&2; exit 3"], "").await.expect_err("a failure");
        assert_eq!(failed.to_string(), "`sh -c echo why >&2; exit 3` failed: why");
        let missing = run("thon-no-such-program", &[], "").await.expect_err("nothing to run");
        assert_eq!(missing.to_string(), "`thon-no-such-program` is not installed");
    }
}
