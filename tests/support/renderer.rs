//! Programs that have Helm inside (`tests/helm`): what `helm template` does, many times in one process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use serde_json::json;

use super::{KUBERNETES, Release, Templated};
use crate::tools;

/// A process that answers each line with a line, and ends when nothing can be asked any more.
struct Renderer {
    helm: String,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    process: Child,
}

/// Those that nobody asks at the moment, as many as there were threads that asked at once.
static IDLE: Mutex<Vec<Renderer>> = Mutex::new(Vec::new());

/// What a Helm does, by its program's name.
///
/// # Panics
///
/// If the program is not installed, or ends.
pub(super) fn templated(helm: &str, release: &Release<'_>) -> Templated {
    let mut renderer = idle(helm).unwrap_or_else(|| started(helm));
    let Release { chart, name, namespace, values } = release;
    let request = json!({
        "release": name, "chart": chart, "namespace": namespace, "kubernetes": KUBERNETES, "values": values,
    });
    let answer = answered(&mut renderer, &request.to_string());
    IDLE.lock().unwrap().push(renderer);
    serde_json::from_str(&answer).unwrap()
}

fn idle(helm: &str) -> Option<Renderer> {
    let mut idle = IDLE.lock().unwrap();
    let at = idle.iter().position(|renderer| renderer.helm == helm)?;
    Some(idle.swap_remove(at))
}

fn started(helm: &str) -> Renderer {
    let mut command = Command::new(format!("{helm}-renderer"));
    let mut process = tools::spawned(command.stdin(Stdio::piped()).stdout(Stdio::piped()));
    let (requests, answers) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
    Renderer { helm: helm.to_owned(), requests, answers: BufReader::new(answers), process }
}

fn answered(renderer: &mut Renderer, request: &str) -> String {
    let mut answer = String::new();
    let asked = writeln!(renderer.requests, "{request}");
    let read = asked.and_then(|()| renderer.answers.read_line(&mut answer));
    if !matches!(read, Ok(1..)) {
        panic!("{}-renderer ended, {:?}: {read:?}\n{request}", renderer.helm, renderer.process.wait());
    }
    answer
}
