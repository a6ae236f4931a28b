//! What a container's main process wrote, line by line.

use bollard::{Docker as Client, container::LogOutput, errors::Error, query_parameters::LogsOptions};
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _, future::ready, stream::BoxStream};
use thon_core::port::runtime::{LogSince, MOST_LOG_LINES};
use thon_domain::sandbox::{LogLine, LogStream};

use super::daemon::bounded;

/// How much of a line is shown, in bytes; Docker itself cuts lines at 16 KiB.
const LONGEST_LINE: usize = 4096;

/// The last lines of a container, the oldest first.
///
/// # Errors
/// When Docker does not answer or there is no such container.
pub(super) async fn last(client: &Client, id: &str, lines: u32) -> Result<Vec<LogLine>, Error> {
    let options = LogsOptions {
        stdout: true,
        stderr: true,
        timestamps: true,
        tail: lines.min(MOST_LOG_LINES).to_string(),
        ..Default::default()
    };
    let pieces: Vec<LogOutput> = bounded(client.logs(id, Some(options)).try_collect()).await?;
    Ok(pieces.iter().filter_map(line).collect())
}

/// What a container writes, until it ends or the daemon breaks off.
pub(super) fn follow(client: &Client, id: &str, since: LogSince) -> BoxStream<'static, LogLine> {
    let (lines, after) = match since {
        LogSince::Last(lines) => (lines.min(MOST_LOG_LINES), None),
        LogSince::After(at) => (MOST_LOG_LINES, Some(at)),
    };
    let options = LogsOptions {
        follow: true,
        stdout: true,
        stderr: true,
        timestamps: true,
        // Whole seconds are all that Docker's API takes; the rest is left out below.
        since: after.and_then(|at| i32::try_from(at.timestamp()).ok()).unwrap_or_default(),
        tail: lines.to_string(),
        ..Default::default()
    };
    let pieces = client.logs(id, Some(options));
    let lines =
        pieces.take_while(|piece| ready(piece.is_ok())).filter_map(|piece| ready(piece.ok().as_ref().and_then(line)));
    lines.filter(move |line| ready(after.is_none_or(|at| line.at > at))).boxed()
}

/// A piece of the answer is one line: when, a blank, and what was written.
fn line(piece: &LogOutput) -> Option<LogLine> {
    let (stream, message) = match piece {
        LogOutput::StdErr { message } => (LogStream::Stderr, message),
        LogOutput::StdOut { message } | LogOutput::Console { message } => (LogStream::Stdout, message),
        LogOutput::StdIn { .. } => return None,
    };
    let written = String::from_utf8_lossy(message);
    let (at, text) = written.split_once(' ')?;
    let at = DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc);
    let text = text.trim_end_matches(['\r', '\n']);
    Some(LogLine { at, stream, text: text[..text.floor_char_boundary(LONGEST_LINE)].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(written: &str) -> LogOutput {
        LogOutput::StdErr { message: written.to_owned().into() }
    }

    #[test]
    fn a_line_is_taken_apart() {
        let read = line(&piece("2026-11-24T10:00:00.123456789Z [10:00] hello world\r\n")).expect("a line");
        assert_eq!((read.stream, read.text.as_str()), (LogStream::Stderr, "[10:00] hello world"));
        assert_eq!(read.at.to_rfc3339(), "2026-11-24T10:00:00.123456789+00:00");
    }

    #[test]
    fn an_endless_line_is_cut_between_letters() {
        let endless = format!("2026-11-24T10:00:00Z x{}", "ä".repeat(LONGEST_LINE));
        assert_eq!(line(&piece(&endless)).expect("a line").text.len(), LONGEST_LINE - 1);
    }
}
