//! nginx as a program: try a configuration, take it, and say whether it did.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use thon_core::port::proxy::ProxyError;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use super::{files::Set, word::Quoted};
use crate::command::{self, CommandError};

/// How long nginx may take until it answers with a new configuration.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);

/// How long one answer may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(1);

/// nginx, with the configuration that it runs with.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// A name or a path, for example `nginx`.
    pub command: String,
    /// Its main file.
    pub main: PathBuf,
    /// A folder of THON's own, for tries.
    pub tries: PathBuf,
}

impl Program {
    /// Tries a set by itself, before nginx could ever see it.
    ///
    /// # Errors
    /// With nginx's own words when it does not like it.
    pub async fn try_alone(&self, set: &Set) -> Result<(), ProxyError> {
        let main = self.lay_out(set).map_err(|error| ProxyError::Rejected(error.to_string()))?;
        self.run(&["-t", "-q", "-c", &main]).await.map(drop)
    }

    /// Tries everything that nginx would read now, and whether that has this file.
    ///
    /// # Errors
    /// With nginx's own words when it does not like it, and with what to do when it does not read the file.
    pub async fn try_all(&self, file: Option<&Path>) -> Result<(), ProxyError> {
        let all = self.run(&["-T", "-q", "-c", &self.main.to_string_lossy()]).await?;
        let Some(file) = file else { return Ok(()) };
        if all.contains(&format!("# configuration file {}:", file.display())) {
            return Ok(());
        }
        let folder = file.parent().unwrap_or(file).display();
        let main = self.main.display();
        let what =
            format!("nginx does not read {}: add `include {folder}/*;` to `http {{ }}` in {main}", file.display());
        Err(ProxyError::Rejected(what))
    }

    /// Has nginx take what lies there.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn reload(&self) -> Result<(), ProxyError> {
        let reloaded = self.run(&["-q", "-c", &self.main.to_string_lossy(), "-s", "reload"]).await;
        reloaded.map(drop).map_err(|error| match error {
            ProxyError::Rejected(said) if said.contains("PID") || said.contains(".pid") || said.contains("kill(") => {
                ProxyError::Unavailable(format!("nginx does not run; start it, it will take what lies there: {said}"))
            }
            other => other,
        })
    }

    /// For example `1.22.1`.
    ///
    /// # Errors
    /// When there is no nginx.
    pub async fn version(&self) -> Result<String, ProxyError> {
        // It tells on standard error, as all of its words.
        let said = command::said(&self.command, &["-v"]).await.map_err(refused)?;
        Ok(said.rsplit('/').next().unwrap_or_default().trim().to_owned())
    }

    /// Waits until nginx answers with the configuration of this mark.
    ///
    /// # Errors
    /// When it goes on with another.
    pub async fn took(&self, address: SocketAddr, host: &str, mark: &str) -> Result<(), ProxyError> {
        let deadline = Instant::now() + TAKEN_WITHIN;
        while Instant::now() < deadline {
            let told = timeout(ANSWERED_WITHIN, told(address, host)).await;
            if told.is_ok_and(|told| told.is_ok_and(|told| told.ends_with(mark))) {
                return Ok(());
            }
            sleep(TAKEN_WITHIN / 100).await;
        }
        Err(ProxyError::Unavailable(
            "nginx goes on with the configuration that it had; its error log says why (often somebody else listens on a \
             port that it shall have)"
                .to_owned(),
        ))
    }

    async fn run(&self, arguments: &[&str]) -> Result<String, ProxyError> {
        command::run(&self.command, arguments, "").await.map_err(refused)
    }

    /// Writes a set and a main file that has nothing else.
    fn lay_out(&self, set: &Set) -> std::io::Result<String> {
        let sites = self.tries.join("sites");
        match fs::remove_dir_all(&sites) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&sites)?,
        }
        let quoted = |path: &Path| Quoted::new(path).map_err(std::io::Error::other);
        let mut http = Vec::new();
        for (name, text) in set {
            fs::write(sites.join(name), text)?;
            http.push(format!("include {};\n", quoted(&sites.join(name))?));
        }
        for what in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            http.push(format!("{what}_temp_path {};\n", quoted(&self.tries.join(what))?));
        }
        let http = http.concat();
        let pid = quoted(&self.tries.join("pid"))?;
        let main = self.tries.join("nginx.conf");
        let text = format!("pid {pid};\nerror_log stderr;\nevents {{ }}\nhttp {{\naccess_log off;\n{http}}}\n");
        fs::write(&main, text)?;
        Ok(main.to_string_lossy().into_owned())
    }
}

fn refused(error: CommandError) -> ProxyError {
    match error {
        missing @ CommandError::Missing(_) => ProxyError::Unavailable(missing.to_string()),
        CommandError::Failed { command, said } => {
            // Whether the test was successful is told by the exit code.
            let lines = said.lines().filter(|line| !line.contains("[warn]") && !line.ends_with("test failed"));
            let said = lines.map(without_prefix).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
            ProxyError::Rejected(if said.is_empty() { format!("`{command}` failed") } else { said })
        }
    }
}

/// A line of nginx's without what logs begin with: `2026/11/28 22:05:53 [emerg] 17#17: `.
fn without_prefix(line: &str) -> &str {
    let line = line.strip_prefix("nginx: ").unwrap_or(line);
    let said = line.split_once("] ").map_or(line, |(_, said)| said);
    let is_process = |process: &str| process.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
    said.split_once(": ").filter(|(process, _)| is_process(process)).map_or(said, |(_, said)| said).trim()
}

/// What nginx answers where it tells its mark.
async fn told(address: SocketAddr, host: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET /.thon/nginx HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    (&mut stream).take(4096).read_to_string(&mut answer).await?;
    Ok(answer)
}
