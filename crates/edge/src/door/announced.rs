//! The PROXY protocol: a load balancer says first who is behind it (haproxy.org, `proxy-protocol.txt`, versions 1 and 2).
//!
//! Read strictly and to the last byte, never further: what follows is the caller's.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What version 2 begins with (§2.2 there).
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// The longest line of version 1, its end included (§2.1 there).
const LONGEST_LINE: usize = 107;

/// More than all that version 2 may add to the addresses in practice, certificates included.
const LONGEST_BLOCK: usize = 4096;

/// The address that a load balancer announces; `None` when it speaks for itself or does not know.
///
/// # Errors
/// When what comes is no header of either version, or ends early.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let mut start = [0; SIGNATURE.len()];
    stream.read_exact(&mut start).await?;
    if start == SIGNATURE { second(stream).await } else { first(stream, &start).await }
}

async fn first(stream: &mut (impl AsyncRead + Unpin), start: &[u8]) -> io::Result<Option<SocketAddr>> {
    let mut line = start.to_vec();
    // The shortest line is longer than the start, so nothing is read beyond it.
    if !line.starts_with(b"PROXY ") || line.contains(&b'\n') {
        return Err(refused("no PROXY protocol header came"));
    }
    while !line.ends_with(b"\r\n") {
        if line.len() == LONGEST_LINE {
            return Err(refused("the line is too long"));
        }
        line.push(stream.read_u8().await?);
    }
    let text = std::str::from_utf8(&line[..line.len() - 2]).map_err(|_| refused("the line is no text"))?;
    let fields: Vec<&str> = text.split(' ').collect();
    match fields[..] {
        ["PROXY", "UNKNOWN", ..] => Ok(None),
        ["PROXY", "TCP4", source, destination, port, to] => {
            let _: Ipv4Addr = parsed(destination)?;
            number(to)?;
            Ok(Some((parsed::<Ipv4Addr>(source)?, number(port)?).into()))
        }
        ["PROXY", "TCP6", source, destination, port, to] => {
            let _: Ipv6Addr = parsed(destination)?;
            number(to)?;
            Ok(Some((parsed::<Ipv6Addr>(source)?, number(port)?).into()))
        }
        _ => Err(refused("the line does not say what it should")),
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> io::Result<T> {
    text.parse().map_err(|_| refused("an address is none"))
}

/// A port without a sign or a zero in front.
fn number(text: &str) -> io::Result<u16> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain).ok_or_else(|| refused("a port is none"))
}

async fn second(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let (command, family) = (stream.read_u8().await?, stream.read_u8().await?);
    let length = usize::from(stream.read_u16().await?);
    if length > LONGEST_BLOCK {
        return Err(refused("the block is too long"));
    }
    let mut block = vec![0; length];
    stream.read_exact(&mut block).await?;
    match (command, family) {
        // LOCAL: the load balancer itself, to see whether we are there.
        (0x20, _) | (0x21, 0x00) => Ok(None),
        (0x21, 0x11) => {
            let (source, port) = (array::<4>(&block, 0)?, array(&block, 8)?);
            array::<2>(&block, 10)?;
            Ok(Some(SocketAddr::new(IpAddr::from(source), u16::from_be_bytes(port))))
        }
        (0x21, 0x21) => {
            let (source, port) = (array::<16>(&block, 0)?, array(&block, 32)?);
            array::<2>(&block, 34)?;
            Ok(Some(SocketAddr::new(IpAddr::from(source), u16::from_be_bytes(port))))
        }
        _ => Err(refused("the block is of another version, command or family")),
    }
}

fn array<const N: usize>(block: &[u8], at: usize) -> io::Result<[u8; N]> {
    block.get(at..).and_then(<[u8]>::first_chunk).copied().ok_or_else(|| refused("the block is too short"))
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(bytes: &[u8]) -> Result<(Option<SocketAddr>, usize), String> {
        let mut rest = bytes;
        let read = read(&mut rest).await.map_err(|error| error.to_string())?;
        Ok((read, rest.len()))
    }

    fn block(command: u8, family: u8, block: &[u8]) -> Vec<u8> {
        let length = u16::try_from(block.len()).expect("short").to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, block, b"GET"].concat()
    }

    #[tokio::test]
    async fn a_line_says_who_is_behind() {
        for (line, source) in [
            ("PROXY TCP4 198.51.100.7 127.0.0.1 56324 443\r\nGET", Some("198.51.100.7:56324")),
            ("PROXY TCP6 2001:db8::7 ::1 56324 443\r\nGET", Some("[2001:db8::7]:56324")),
            ("PROXY UNKNOWN\r\nGET", None),
            ("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\nGET", None),
        ] {
            let source = source.map(|source| source.parse().expect("an address"));
            assert_eq!(told(line.as_bytes()).await, Ok((source, 3)), "{line}");
        }
        for line in [
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 56324 443\n",
            "PROXY TCP4  198.51.100.7 127.0.0.1 56324 443\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 056324 443\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 +56324 443\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 65536 443\r\n",
            "PROXY TCP4 2001:db8::7 ::1 56324 443\r\n",
            "PROXY TCP6 198.51.100.7 127.0.0.1 56324 443\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 56324\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 56324 443 1\r\n",
            "PROXY UDP4 198.51.100.7 127.0.0.1 56324 443\r\n",
            "proxy tcp4 198.51.100.7 127.0.0.1 56324 443\r\n",
            "PROXY TCP4",
        ] {
            assert!(told(line.as_bytes()).await.is_err(), "{line}");
        }
        assert!(told(format!("PROXY UNKNOWN{}\r\n", " ".repeat(100)).as_bytes()).await.is_err());
    }

    #[tokio::test]
    async fn a_block_says_who_is_behind() {
        let four = [198, 51, 100, 7, 127, 0, 0, 1, 0xdc, 4, 1, 187];
        let six = [&[0x20, 1, 0xd, 0xb8][..], &[0; 11], &[7], &[0; 16], &[0xdc, 4, 1, 187]].concat();
        let with_more = [&four[..], &[3, 0, 1, 9]].concat();
        for (bytes, source) in [
            (block(0x21, 0x11, &four), Some("198.51.100.7:56324")),
            (block(0x21, 0x11, &with_more), Some("198.51.100.7:56324")),
            (block(0x21, 0x21, &six), Some("[2001:db8::7]:56324")),
            (block(0x20, 0x00, &[]), None),
            (block(0x20, 0x11, &four), None),
            (block(0x21, 0x00, &[1, 2]), None),
        ] {
            let source = source.map(|source| source.parse().expect("an address"));
            assert_eq!(told(&bytes).await, Ok((source, 3)), "{bytes:?}");
        }
        for bytes in [
            block(0x11, 0x11, &four),
            block(0x22, 0x11, &four),
            block(0x21, 0x12, &four),
            block(0x21, 0x31, &[0; 216]),
            block(0x21, 0x11, &four[..8]),
            block(0x21, 0x11, &four[..11]),
            block(0x21, 0x21, &four),
            block(0x21, 0x11, &[0; 5000]),
            SIGNATURE.to_vec(),
        ] {
            assert!(told(&bytes).await.is_err(), "{bytes:?}");
        }
    }
}
