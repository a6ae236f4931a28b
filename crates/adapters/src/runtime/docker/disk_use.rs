//! What fills a person's volumes, asked inside their sandbox: as their user, within its limits, by the image's own programs.

use std::time::Duration;

use bollard::{
    Docker as Client,
    container::LogOutput,
    errors::Error,
    exec::{CreateExecOptions, StartExecResults},
};
use futures::StreamExt as _;
use thon_domain::{
    sandbox::{DiskUse, PathUse},
    workspace::{HOME, RESCUED_HOME, WORK},
};

use super::daemon::bounded;

/// How long each program looks, in seconds, and how long after that we wait for what it wrote.
const SECONDS: &str = "8";
const PATIENCE: Duration = Duration::from_secs(10);

/// The most that is read of what a program writes: the names are the person's, and so is their number.
const MOST_BYTES: usize = 4 << 20;

/// How many of each are told.
const TOLD: usize = 12;

/// The least that is told of, for `du` and, in KiB, for `find`.
const DIRECTORY_FROM: &str = "--threshold=1M";
const FILE_FROM: &str = "+1023k";

/// How GNU `timeout` ends when the time is over: by itself, or killed with what it runs.
const TIMED_OUT: [i64; 2] = [124, 137];

/// Looks for what takes the most room.
///
/// # Errors
/// When Docker does not answer, or the container does not run.
pub(super) async fn look(client: &Client, id: &str) -> Result<DiskUse, Error> {
    let places = [WORK, HOME, RESCUED_HOME];
    let du = [&["/usr/bin/du", "-x", "-B1", "-0", DIRECTORY_FROM][..], &places].concat();
    let tests = ["-xdev", "-type", "f", "-size", FILE_FROM, "-printf", "%b\\t%p\\0"];
    let find = [&["/usr/bin/find"][..], &places, &tests].concat();
    let (du, find) = tokio::try_join!(run(client, id, &du), run(client, id, &find))?;
    // `%b` counts blocks of 512 bytes, whatever the file system's are (find(1)).
    let (directories, files) = (largest(&du.output, 1), largest(&find.output, 512));
    Ok(DiskUse { directories, files, complete: du.complete && find.complete })
}

/// What a program wrote, and whether it came to its end.
struct Ran {
    output: Vec<u8>,
    complete: bool,
}

/// Runs a program in a container for as long as it may. That a place is not there is fine.
async fn run(client: &Client, id: &str, command: &[&str]) -> Result<Ran, Error> {
    let limited = [&["/usr/bin/timeout", "--signal=KILL", SECONDS, "/usr/bin/nice"][..], command].concat();
    let options = CreateExecOptions { cmd: Some(limited), attach_stdout: Some(true), ..Default::default() };
    let exec = bounded(client.create_exec(id, options)).await?.id;
    let StartExecResults::Attached { output: mut stream, .. } = bounded(client.start_exec(&exec, None)).await? else {
        return Ok(Ran { output: Vec::new(), complete: false });
    };
    let mut output = Vec::new();
    let reading = async {
        while let Some(piece) = stream.next().await {
            if let LogOutput::StdOut { message } = piece? {
                output.extend_from_slice(&message);
            }
            if output.len() > MOST_BYTES {
                return Ok(false);
            }
        }
        Ok::<_, Error>(true)
    };
    let whole = tokio::time::timeout(PATIENCE, reading).await.unwrap_or(Ok(false))?;
    let code = bounded(client.inspect_exec(&exec)).await?.exit_code;
    let complete = whole && code.is_some_and(|code| !TIMED_OUT.contains(&code));
    Ok(Ran { output, complete })
}

/// The largest of entries `number TAB path NUL`, the number in such units. One that was cut off is left out.
fn largest(output: &[u8], unit: u64) -> Vec<PathUse> {
    let whole = output.iter().rposition(|byte| *byte == 0).map_or(&[][..], |end| &output[..end]);
    let mut all: Vec<PathUse> = whole.split(|byte| *byte == 0).filter_map(|entry| read(entry, unit)).collect();
    all.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.path.cmp(&other.path)));
    all.truncate(TOLD);
    all
}

fn read(entry: &[u8], unit: u64) -> Option<PathUse> {
    let text = String::from_utf8_lossy(entry);
    let (number, path) = text.split_once('\t')?;
    let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    Some(PathUse { path: path.chars().map(shown).collect(), bytes: number.parse::<u64>().ok()?.checked_mul(unit)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first_whatever_they_are_called() {
        let output =
            b"8\t/workspace/a\x00999\t/workspace/x\ny\xff\x008\t/workspace/A\x00bad\t/b\x00no tab\x007\t/workspace/cut";
        let found = largest(output, 512);
        let found: Vec<_> = found.iter().map(|one| (one.path.as_str(), one.bytes)).collect();
        let odd = "/workspace/x\u{fffd}y\u{fffd}";
        assert_eq!(found, [(odd, 511_488), ("/workspace/A", 4096), ("/workspace/a", 4096)]);
        assert_eq!(largest(b"", 1), []);
    }

    #[test]
    fn so_many_are_told_and_no_more() {
        let output: Vec<u8> = (0..1000).flat_map(|n| format!("{n}\t/{n}\0").into_bytes()).collect();
        let found = largest(&output, 1);
        assert_eq!((found.len(), found[0].bytes), (TOLD, 999));
    }
}
