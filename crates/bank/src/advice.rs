//! Which indexes help which pipelines on a server: what is tried, and a table of what came of it.

use std::time::Duration;

use catalog::{Analysis, Unit};
use diagnostic::Diagnostic;
use insight::{Cell, Column, Table};
use mongo::{Advice, Measure, Question, Server, Verdict};
use pipeline::Pipeline;

use crate::bank::Home;
use crate::{Bank, Error, ErrorKind, Talk, written};

/// The pipelines of analyses, each once.
pub fn questions<'a>(analyses: impl IntoIterator<Item = &'a Analysis>) -> Vec<(String, Pipeline)> {
    let mut questions = Vec::new();
    for question in analyses.into_iter().flat_map(Analysis::queries) {
        if !questions.contains(question) {
            questions.push(question.clone());
        }
    }
    questions
}

impl Bank {
    /// Builds, tries and drops each index that could help one of the pipelines; tells `talk` which. Gives one index a row;
    /// `None` where nothing is matched, sorted or joined by a field of a collection. Makes those that help, if they are to
    /// be kept.
    pub fn indexes(
        &self,
        pipelines: Vec<(String, Pipeline)>,
        are_kept: bool,
        talk: &Talk<'_>,
    ) -> Result<Option<Table>, Error> {
        pipelines.iter().try_for_each(|(_, pipeline)| written::refuse(pipeline))?;
        let bank = self.until(talk.cancel);
        let Home::Server(server) = &bank.home else {
            let message =
                format!("`{}` is a folder: its engine scans columns, and has no indexes to choose", self.place());
            let diagnostic = Diagnostic::new(message).hint("`mongodb://host:27017/bank` names a bank on a server");
            return Err(Error::new(ErrorKind::Usage, diagnostic));
        };
        let question = |(collection, pipeline)| Question { collection, pipeline };
        let questions: Vec<Question> = pipelines.into_iter().map(question).collect();
        let mut n = 0;
        let advice = server.advise(&questions, |trial| {
            n += 1;
            talk.step(trial, n, None, "indexes");
        })?;
        if are_kept {
            keep_helpful(server, &advice, talk.say)?;
        }
        Ok((!advice.is_empty()).then(|| table(&advice, self.limits().time)))
    }
}

/// Makes the indexes that help, and says which.
fn keep_helpful(server: &Server, advice: &[Advice], say: &dyn Fn(&str)) -> Result<(), Error> {
    for Advice { candidate, .. } in advice.iter().filter(|advice| advice.verdict == Verdict::Helps) {
        let (name, collection) = (candidate.name(), &candidate.collection);
        server.create_index(candidate).map_err(|error| match error.kind() {
            // Others are made already, and a server may finish what it began: more than "nothing was changed".
            mongo::ErrorKind::Cancelled => Error::new(
                ErrorKind::Server,
                Diagnostic::new(format!(
                    "interrupted while {name} on {collection} was built: the server may finish it"
                )),
            ),
            _ => Error::from(error),
        })?;
        say(&format!("created {name} on {collection}"));
    }
    Ok(())
}

fn table(advice: &[Advice], timeout: Option<Duration>) -> Table {
    Table {
        columns: vec![
            Column::text("index", "Index"),
            Column::text("without", "Without"),
            Column::text("with", "With"),
            Column::measure("keys_without", "Keys without", Unit::Count),
            Column::measure("keys_with", "With", Unit::Count),
            Column::measure("documents_without", "Documents without", Unit::Count),
            Column::measure("documents_with", "With", Unit::Count),
            Column::text("verdict", "Verdict"),
        ],
        rows: advice.iter().map(|advice| row(advice, timeout).into()).collect(),
    }
}

fn row(advice: &Advice, timeout: Option<Duration>) -> Vec<Cell> {
    let without = advice.without.as_ref();
    vec![
        Cell::Text(advice.candidate.to_string()),
        without.map_or(Cell::Missing, |without| Cell::Text(time(without, timeout))),
        Cell::Text(time(&advice.with, timeout)),
        count(without.and_then(|without| without.keys)),
        count(advice.with.keys),
        count(without.and_then(|without| without.documents)),
        count(advice.with.documents),
        Cell::Text(verdict(advice)),
    ]
}

fn count(n: Option<u64>) -> Cell {
    n.map_or(Cell::Missing, |n| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX)))
}

/// A time to three digits, or the limit that it reached.
fn time(measure: &Measure, timeout: Option<Duration>) -> String {
    match (measure.time, timeout) {
        (Some(time), _) if time >= Duration::from_secs(1) => format!("{:.2} s", time.as_secs_f64()),
        (Some(time), _) => format!("{:.1} ms", time.as_secs_f64() * 1000.0),
        (None, Some(limit)) => format!("over {} s", limit.as_secs_f64()),
        (None, None) => "gave up".to_owned(),
    }
}

fn verdict(advice: &Advice) -> String {
    let times = advice.without.as_ref().and_then(|without| without.time).zip(advice.with.time);
    match &advice.verdict {
        Verdict::Exists(name) => format!("there as {name}"),
        Verdict::DoesNotHelp => "does not help".to_owned(),
        Verdict::Helps => match times {
            Some((without, with)) => format!("helps: {} times as fast", factor(without, with)),
            None => "helps".to_owned(),
        },
    }
}

fn factor(without: Duration, with: Duration) -> String {
    let factor = without.as_secs_f64() / with.as_secs_f64().max(1e-9);
    if factor >= 10.0 { format!("{factor:.0}") } else { format!("{factor:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_their_size() {
        let took =
            |ms: Option<f64>| Measure { time: ms.map(|ms| Duration::from_secs_f64(ms / 1000.0)), ..Measure::default() };
        let limit = Some(Duration::from_secs(30));
        for (ms, told) in [(Some(0.42), "0.4 ms"), (Some(12_345.0), "12.35 s"), (None, "over 30 s")] {
            assert_eq!(time(&took(ms), limit), told);
        }
    }
}
