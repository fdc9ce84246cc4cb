//! How long pipelines take on the server, and what it looks at for them.

use std::iter::Sum;
use std::time::{Duration, Instant};

use super::Question;
use crate::{Error, ErrorKind, Server};

/// A pipeline is run so often, and its median time taken, …
const RUNS: usize = 5;
/// … unless that would take longer than this.
const BUDGET: Duration = Duration::from_secs(3);

/// What one pipeline costs, or several together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// The median of a few runs, or the only one where a run takes seconds, each pipeline's added up; `None` where the time limit came first.
    pub time: Option<Duration>,
    /// Keys of indexes that the server looked at; `None` where the time limit came first.
    pub keys: Option<u64>,
    /// Documents that it looked at; `None` where the time limit came first.
    pub documents: Option<u64>,
}

impl Sum for Measure {
    /// What is not known of one is not known of all together.
    fn sum<I: Iterator<Item = Self>>(measures: I) -> Self {
        let none = Self { time: Some(Duration::ZERO), keys: Some(0), documents: Some(0) };
        measures.fold(none, |sum, one| Self {
            time: sum.time.zip(one.time).map(|(a, b)| a + b),
            keys: sum.keys.zip(one.keys).map(|(a, b)| a + b),
            documents: sum.documents.zip(one.documents).map(|(a, b)| a + b),
        })
    }
}

/// Runs a pipeline a few times and tells what it costs.
pub(super) fn measured(server: &Server, question: &Question) -> Result<Measure, Error> {
    match finished(server, question) {
        Err(error) if error.kind() == ErrorKind::TimedOut => Ok(Measure::default()),
        measure => measure,
    }
}

/// What a pipeline costs that comes to its end.
fn finished(server: &Server, question: &Question) -> Result<Measure, Error> {
    let mut times = Vec::new();
    let start = Instant::now();
    while times.len() < RUNS && (times.is_empty() || start.elapsed() < BUDGET) {
        let run = Instant::now();
        server.each(&question.collection, &question.pipeline, |_| Ok::<(), Error>(()))?;
        times.push(run.elapsed());
    }
    times.sort();
    let explain = server.explain(&question.collection, &question.pipeline)?;
    let time = Some(times[times.len() / 2]);
    Ok(Measure { time, keys: Some(explain.keys()), documents: Some(explain.documents()) })
}
