//! `banksphere explain`: what became of a pipeline, stage by stage.

use catalog::Unit;
use insight::{Cell, Column, Table};
use pipeline::{Document, print};

use crate::args::Explain;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::home::Home;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Explain) -> Result<(), Failure> {
    let home = Home::open(&args.question.run)?;
    let collection = &args.question.collection;
    let pipeline = aggregate::pipeline(collection, &args.question.pipeline, &home)?;
    let (text, document) = match &home {
        Home::Embedded(bank) => {
            let explain = bank.engine.explain(collection, &pipeline).map_err(Failure::new)?;
            (explain.to_string(), explain.to_document())
        }
        Home::Server(server) => {
            let explain = server.explain(collection, &pipeline)?;
            (told(&explain), explain.raw)
        }
    };
    output::print(if args.json { json(&document) } else { text }.as_bytes())
}

fn json(document: &Document) -> String {
    print::document(document, print::Format::Relaxed) + "\n"
}

/// A server's account: a table of steps and what they add up to.
fn told(explain: &mongo::Explain) -> String {
    let counts = [explain.time_ms, explain.keys(), explain.documents(), explain.returned()].map(report::count);
    let [time, keys, documents, returned] = counts;
    format!(
        "{}\n{time} ms; looked at {keys} keys and {documents} documents for {returned} rows\n",
        report::table::render(&table(explain), report::table::Format::Table, output::width())
    )
}

fn table(explain: &mongo::Explain) -> Table {
    let column = |name: &str, label: &str, unit| Column { name: name.to_owned(), label: label.to_owned(), unit };
    let mut columns = vec![
        column("stage", "Stage", Unit::Text),
        column("detail", "On", Unit::Text),
        column("keys", "Keys", Unit::Count),
        column("documents", "Documents", Unit::Count),
        column("returned", "Returned", Unit::Count),
        column("time_ms", "Time (ms)", Unit::Count),
    ];
    let is_sharded = explain.steps.iter().any(|step| step.shard.is_some());
    if is_sharded {
        columns.insert(0, column("shard", "Shard", Unit::Text));
    }
    let number = |n: u64| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let looked_at = |n: Option<u64>| n.map_or(Cell::Missing, number);
    let row = |step: &mongo::PlanStep| {
        let mut cells = vec![
            Cell::Text(step.stage.clone()),
            Cell::Text(step.detail.clone()),
            looked_at(step.keys),
            looked_at(step.documents),
            number(step.returned),
            number(step.time_ms),
        ];
        if is_sharded {
            cells.insert(0, step.shard.clone().map_or(Cell::Missing, Cell::Text));
        }
        cells
    };
    Table { columns, rows: explain.steps.iter().map(row).collect() }
}
