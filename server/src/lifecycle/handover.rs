//! Giving way to a newer server: it gets the sockets, then the database, then everything that comes in.
//!
//! The two talk over a socket of their own, in lines of JSON; what one does not understand is passed over, so that versions
//! may differ. The newer says `ready` when its configuration is good and its sockets are open. The older gives everything
//! up and says `yours`. The newer says `serving`, and from then on tells the older what has lost its right to be open.
//! Until `yours` the older serves; when the newer fails after that, the older takes everything back.

use std::{
    io::{self, Write as _},
    os::{fd::OwnedFd, unix::net::UnixStream as StdUnixStream},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use command_fds::{CommandFdExt as _, FdMapping};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thon_core::entry::{Cut, Entry};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    process::{Child, Command},
    sync::broadcast::Receiver,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    doors::Doors,
    inherited::{CONVERSATION, LISTENER},
};
use crate::config::process::Invocation;

/// How long a new process gets to read its configuration.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// How long it gets until it serves; a new version may have tables to change.
const SERVING_WITHIN: Duration = Duration::from_mins(2);

/// How long the end of a process that has closed its socket may take to be seen.
const END_SEEN_WITHIN: Duration = Duration::from_secs(2);

/// The first descriptor that is handed over (`SD_LISTEN_FDS_START` of `sd_listen_fds(3)`).
const FIRST: i32 = 3;

/// What a newer server says to the older one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum News {
    Ready,
    Refused(String),
    Serving,
    Cut(Cut),
}

/// What an older server says to the newer one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Yours,
}

/// The newer server, as the older one sees it.
#[derive(Debug)]
pub struct Successor {
    child: Child,
    conversation: Conversation,
    pub process: u32,
}

impl Successor {
    /// Starts the program that lies in our place by now, and waits until it says that it could serve.
    ///
    /// # Errors
    /// With what the new process has against it: then nothing has changed.
    pub async fn start(doors: &Doors, call: &Invocation) -> anyhow::Result<Self> {
        let (ours, theirs) = StdUnixStream::pair()?;
        let child = spawned(doors, call, theirs.into())?;
        let process = child.id().context("the new process ended at once")?;
        let mut new = Self { child, conversation: Conversation::over(ours)?, process };
        match timeout(READY_WITHIN, new.conversation.hear()).await {
            Ok(Ok(Some(News::Ready))) => Ok(new),
            Ok(heard) => Err(new.failure(heard).await),
            Err(_) => {
                new.child.start_kill()?;
                bail!("the new process was not ready after {} seconds", READY_WITHIN.as_secs())
            }
        }
    }

    /// Lets it have everything, and waits until it serves.
    ///
    /// # Errors
    /// With what it has against it: then nobody serves, and the process has ended or soon will.
    pub async fn take_over(&mut self) -> anyhow::Result<()> {
        self.conversation.say(&Word::Yours).await?;
        match timeout(SERVING_WITHIN, self.conversation.hear()).await {
            Ok(Ok(Some(News::Serving))) => Ok(()),
            Ok(heard) => Err(self.failure(heard).await),
            Err(_) => {
                self.child.kill().await?;
                bail!("the new process did not serve after {} seconds", SERVING_WITHIN.as_secs())
            }
        }
    }

    /// Cuts here what the new server tells, until it goes: then nobody tells any more.
    pub async fn follow(&mut self, entry: &Entry) {
        while let Ok(Some(news)) = self.conversation.hear().await {
            if let News::Cut(cut) = news {
                entry.cut(&cut);
            }
        }
    }

    async fn failure(&mut self, heard: io::Result<Option<News>>) -> anyhow::Error {
        let ended = timeout(END_SEEN_WITHIN, self.child.wait()).await;
        if ended.is_err() {
            // What it holds is wanted back. It has ended when it cannot be killed.
            let _ = self.child.kill().await;
        }
        match (heard, ended) {
            (Ok(Some(News::Refused(reason))), _) => anyhow!(reason),
            (_, Ok(Ok(status))) => anyhow!("the new process ended ({status}); the server's log says more"),
            _ => anyhow!("the new process does not say what it should; is it a `thon` that can take over?"),
        }
    }
}

/// The new process, with all sockets and one to talk over.
fn spawned(doors: &Doors, call: &Invocation, conversation: OwnedFd) -> anyhow::Result<Child> {
    let mut sockets = doors.descriptors()?;
    let mut names = vec![LISTENER; sockets.len()];
    names.push(CONVERSATION);
    sockets.push(conversation);
    let program = call.program();
    let mut command = Command::new(&program);
    command.args(&call.arguments).env_remove("LISTEN_PID");
    command.env("LISTEN_FDS", sockets.len().to_string()).env("LISTEN_FDNAMES", names.join(":"));
    let mappings = (FIRST..).zip(sockets).map(|(child_fd, parent_fd)| FdMapping { parent_fd, child_fd });
    command.fd_mappings(mappings.collect())?;
    command.spawn().with_context(|| format!("cannot start {}", program.display()))
}

/// The older server, as the newer one sees it.
#[derive(Debug)]
pub struct Predecessor(Conversation);

impl Predecessor {
    /// Waits until it has given everything up.
    ///
    /// # Errors
    /// When it ends before that.
    pub async fn gives_way(stream: StdUnixStream) -> anyhow::Result<Self> {
        let mut conversation = Conversation::over(stream)?;
        conversation.say(&News::Ready).await?;
        match conversation.hear().await? {
            Some(Word::Yours) => Ok(Self(conversation)),
            None => bail!("the server that started this one ended before it gave way; start THON anew"),
        }
    }

    /// Tells it that requests are answered here.
    ///
    /// # Errors
    /// When it has gone.
    pub async fn serving(&mut self) -> io::Result<()> {
        self.0.say(&News::Serving).await
    }

    /// Tells it what is cut, as long as both are there. Our silence ends it.
    pub async fn tell(mut self, mut cuts: Receiver<Cut>, stop: CancellationToken) {
        loop {
            let cut = tokio::select! {
                () = stop.cancelled() => break,
                _ = self.0.hear::<Word>() => break,
                cut = cuts.recv() => cut,
            };
            // Whoever has missed a cut cannot say what may stay open.
            let Ok(cut) = cut else { break };
            if self.0.say(&News::Cut(cut)).await.is_err() {
                break;
            }
        }
        // Said even when another hand holds the socket.
        let _ = self.0.writer.shutdown().await;
    }
}

/// Tells the older server why nothing comes of it. It may have gone.
pub(super) fn refuse(mut stream: StdUnixStream, reason: &str) {
    if let Ok(line) = line(&News::Refused(reason.to_owned())) {
        let _ = stream.write_all(line.as_bytes());
    }
}

#[derive(Debug)]
struct Conversation {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
}

impl Conversation {
    fn over(stream: StdUnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let (reader, writer) = UnixStream::from_std(stream)?.into_split();
        Ok(Self { lines: BufReader::new(reader).lines(), writer })
    }

    async fn say<T: Serialize>(&mut self, what: &T) -> io::Result<()> {
        self.writer.write_all(line(what)?.as_bytes()).await
    }

    /// The next thing that is understood; `None` when the other has gone.
    async fn hear<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        while let Some(line) = self.lines.next_line().await? {
            match serde_json::from_str(&line) {
                Ok(heard) => return Ok(Some(heard)),
                Err(error) => tracing::debug!(%error, "the other server said something unknown"),
            }
        }
        Ok(None)
    }
}

fn line<T: Serialize>(what: &T) -> io::Result<String> {
    Ok(serde_json::to_string(what)? + "\n")
}
