//! `banksphere indexes`: which indexes help which pipelines on a server, tried on the real data.

use std::sync::Arc;
use std::time::Duration;

use catalog::Unit;
use insight::{Cell, Column, Table};
use mongo::{Advice, Measure, Question, Server, Verdict};

use crate::args::Indexes;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::home::{Home, Place};
use crate::{answers, interrupt, output, progress};

/// Runs the command.
pub(crate) fn run(args: &Indexes) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = Place::of(&args.run.bank)?;
    let options = mongo::Options { timeout: args.run.timeout, cancel: Some(Arc::clone(&cancel)) };
    let home = Home::at(&place, options)?;
    let questions = questions(args, &home)?;
    let Home::Server(server) = &home else {
        return Err(Failure::new(format!(
            "`{place}` is a folder: its engine scans columns, and has no indexes to choose\n\
             hint: `--bank mongodb://host:27017/bank` names a server"
        )));
    };
    let bar = progress::spinner();
    let advice = server.advise(&questions, |trial| bar.set_message(trial.to_owned()))?;
    bar.finish_and_clear();
    if advice.is_empty() {
        output::say("no index could help: nothing is matched, sorted or joined by a field of a collection");
        return Ok(());
    }
    let table = table(&advice, args.run.timeout);
    output::print(report::table::render(&table, report::table::Format::Table, output::width()).as_bytes())?;
    if args.create { create(server, &advice) } else { Ok(()) }
}

/// The pipelines that the user asks about.
fn questions(args: &Indexes, home: &Home) -> Result<Vec<Question>, Failure> {
    let catalog = answers::open_catalog(&args.catalog)?;
    let analyses = match (&args.name, &args.pipeline) {
        (Some(collection), Some(pipeline)) => {
            let pipeline = aggregate::pipeline(collection, pipeline, home)?;
            return Ok(vec![Question { collection: collection.clone(), pipeline }]);
        }
        (Some(name), None) => vec![catalog.analysis(name)?],
        (None, _) => catalog.analyses().iter().collect(),
    };
    let mut questions = Vec::new();
    for (collection, pipeline) in analyses.into_iter().flat_map(catalog::Analysis::queries) {
        let question = Question { collection: collection.clone(), pipeline: pipeline.clone() };
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
    Ok(questions)
}

/// Makes the indexes that help.
fn create(server: &Server, advice: &[Advice]) -> Result<(), Failure> {
    for Advice { candidate, .. } in advice.iter().filter(|advice| advice.verdict == Verdict::Helps) {
        let (name, collection) = (candidate.name(), &candidate.collection);
        server.create_index(candidate).map_err(|error| match error.kind() {
            // Others are made already, and a server may finish what it began: more than "nothing was changed".
            mongo::ErrorKind::Cancelled => {
                Failure::new(format!("interrupted while {name} on {collection} was built: the server may finish it"))
            }
            _ => Failure::from(error),
        })?;
        output::say(&format!("created {name} on {collection}"));
    }
    Ok(())
}

fn table(advice: &[Advice], timeout: Option<Duration>) -> Table {
    let column = |name: &str, label: &str, unit| Column { name: name.to_owned(), label: label.to_owned(), unit };
    Table {
        columns: vec![
            column("index", "Index", Unit::Text),
            column("without", "Without", Unit::Text),
            column("with", "With", Unit::Text),
            column("keys_without", "Keys without", Unit::Count),
            column("keys_with", "With", Unit::Count),
            column("documents_without", "Documents without", Unit::Count),
            column("documents_with", "With", Unit::Count),
            column("verdict", "Verdict", Unit::Text),
        ],
        rows: advice.iter().map(|advice| row(advice, timeout)).collect(),
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
