//! Websockets by the thousand, for `script/bench edge`: an echo behind the proxies, and those who talk to it through them.
//!
//! One line of JSON on standard input says what to do. `{"echo": true}` listens, says where, and echoes until its input ends.
//! `{"address", "host", "path", "sockets", "per_second", "seconds"}` opens so many sockets, sends on each so often, and says in
//! JSON how long the echoes took, in microseconds. What is sent in the first second is not counted: everybody warms up.
#![expect(clippy::print_stdout, reason = "the measurement reads it")]

use std::{
    io::{self, BufRead as _},
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::{SinkExt as _, StreamExt as _, future::join_all};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, accept_async_with_config, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue, protocol::WebSocketConfig},
};
use tokio_util::task::TaskTracker;

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    Echo { echo: bool },
    Talk(Talk),
}

#[derive(Clone, Deserialize)]
struct Talk {
    address: SocketAddr,
    host: String,
    path: String,
    sockets: u32,
    per_second: u32,
    seconds: u32,
}

/// What was heard, over all sockets.
#[derive(Default, Serialize)]
struct Heard {
    sent: usize,
    /// Sockets that ended before they were told to, and messages without an echo.
    dropped: usize,
    p50_us: u64,
    p99_us: u64,
    max_us: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let line = io::stdin().lock().lines().next().transpose()?.unwrap_or_default();
    match serde_json::from_str(&line)? {
        Wanted::Echo { echo } if echo => echoes().await,
        Wanted::Echo { .. } => Ok(()),
        Wanted::Talk(talk) => {
            println!("{}", serde_json::to_string(&talked(&talk).await?)?);
            Ok(())
        }
    }
}

async fn echoes() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let ended = tokio::task::spawn_blocking(|| io::copy(&mut io::stdin().lock(), &mut io::sink()));
    let echoing = TaskTracker::new();
    tokio::select! {
        _ = ended => Ok(()),
        error = async {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => drop(echoing.spawn(echo(stream))),
                    Err(error) => break error,
                }
            }
        } => Err(error),
    }
}

async fn echo(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let Ok(mut socket) = accept_async_with_config(stream, Some(small())).await else { return };
    while let Some(Ok(message)) = socket.next().await {
        if message.is_binary() && socket.send(message).await.is_err() {
            return;
        }
    }
}

/// Buffers for a few bytes: the usual ones are 128 KiB each, and filling their pages for the first time would be measured.
fn small() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(1 << 10).write_buffer_size(0)
}

async fn opened(talk: &Talk) -> io::Result<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(talk.address).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{}{}", talk.host, talk.path);
    let mut request = url.into_client_request().map_err(io::Error::other)?;
    request.headers_mut().insert("cookie", HeaderValue::from_static("thon_editor=anybody"));
    let opened = client_async_with_config(request, stream, Some(small())).await;
    Ok(opened.map_err(io::Error::other)?.0)
}

/// Opens all sockets first, so that the beginning is not measured, then lets them talk at staggered times.
async fn talked(talk: &Talk) -> io::Result<Heard> {
    let mut sockets = Vec::new();
    for _ in 0..talk.sockets {
        sockets.push(opened(talk).await?);
    }
    let began = Instant::now();
    let period = Duration::from_secs(1) / talk.per_second;
    // A task for each: one task for all would have to share the turns that Tokio gives a task.
    let each = sockets.into_iter().zip(0_u32..).map(|(socket, number)| {
        let first = began + period * number / talk.sockets;
        TaskTracker::new().spawn(echoed(socket, first, period, talk.per_second * talk.seconds))
    });
    let mut took = Vec::new();
    let mut heard = Heard::default();
    for ended in join_all(each).await {
        let (sent, of_one) = ended.map_err(io::Error::other)?;
        heard.sent += sent;
        heard.dropped += (talk.per_second * talk.seconds) as usize - of_one.len();
        took.extend(of_one.into_iter().filter(|(number, _)| *number >= talk.per_second).map(|(_, took)| took));
    }
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1)));
    heard.p50_us = at(50).copied().unwrap_or_default();
    heard.p99_us = at(99).copied().unwrap_or_default();
    heard.max_us = took.last().copied().unwrap_or_default();
    Ok(heard)
}

/// Sends at fixed times, whatever the echoes do, and takes the time from when each was due.
async fn echoed(
    socket: WebSocketStream<TcpStream>,
    first: Instant,
    period: Duration,
    count: u32,
) -> (usize, Vec<(u32, u64)>) {
    let (mut to, mut from) = socket.split();
    let sends = async {
        let mut sent = 0;
        for number in 0..count {
            tokio::time::sleep_until((first + period * number).into()).await;
            if to.send(Message::binary(number.to_be_bytes().to_vec())).await.is_err() {
                break;
            }
            sent += 1;
        }
        sent
    };
    let hears = async {
        let mut took = Vec::with_capacity(count as usize);
        let until = first + period * count + Duration::from_secs(5);
        while took.len() < count as usize {
            match tokio::time::timeout_at(until.into(), from.next()).await {
                Ok(Some(Ok(Message::Binary(bytes)))) => {
                    let number = <[u8; 4]>::try_from(&bytes[..]).map_or(0, u32::from_be_bytes);
                    let due = first + period * number;
                    took.push((number, u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX)));
                }
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) | Err(_) => break,
            }
        }
        took
    };
    tokio::join!(sends, hears)
}
