//! A real registry on a port of its own.

#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A registry that runs until it is dropped.
pub(crate) struct Registry {
    process: Child,
    /// Host and port, without encryption.
    pub(crate) address: String,
}

impl Registry {
    /// Starts one that keeps everything in `folder`.
    ///
    /// # Panics
    ///
    /// If it is not installed or does not answer within 30 s; the message holds what it said.
    pub(crate) fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let address = free_address();
        let settings = folder.join("registry.yml");
        let log = folder.join("registry.log");
        let storage = folder.join("data");
        let text = format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: '{}'}}}}\nhttp: {{addr: '{address}'}}\n",
            storage.display()
        );
        fs::write(&settings, text).unwrap();
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(&settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("docker-registry not found: run scripts/install-tools chart ({error})"));
        let registry = Self { process, address };
        let until = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&registry.address).is_err() {
            assert!(Instant::now() < until, "{}", fs::read_to_string(&log).unwrap());
            sleep(Duration::from_millis(50));
        }
        registry
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address of this machine that nobody listens at.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
