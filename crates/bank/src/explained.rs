//! What became of a pipeline: the embedded engine's account of it, or the server's.

use catalog::Unit;
use insight::{Cell, Column, Row, Table};
use pipeline::{Document, RunError};

use crate::bank::Home;
use crate::{Bank, Error, Query, written};

/// An account of a pipeline, stage by stage.
#[derive(Clone, Debug)]
pub struct Explained {
    /// All of it, as the engine or the server tells it.
    pub document: Document,
    /// The embedded engine's account as text; of a server, what its steps add up to, in one line.
    pub text: String,
    /// A server's steps, top to bottom.
    pub steps: Option<Table>,
}

impl Bank {
    /// Runs a query and tells what became of it.
    pub fn explain(&self, query: &Query) -> Result<Explained, Error> {
        match query.said.max_time {
            Some(time) => self.within(time).account(query),
            None => self.account(query),
        }
    }

    fn account(&self, query: &Query) -> Result<Explained, Error> {
        let Query { collection, pipeline, .. } = query;
        written::refuse(pipeline)?;
        match &self.home {
            Home::Folder(folder) => {
                let explain = folder.engine_for(collection, pipeline, self.limits())?.explain(collection, pipeline)?;
                Ok(Explained { document: explain.to_document(), text: explain.to_string(), steps: None })
            }
            Home::Server(server) => {
                let explain =
                    server.explain(collection, pipeline).map_err(|error| query.said.better(RunError::from(error)))?;
                let time = report::count(explain.time_ms);
                let counts = [(explain.keys(), "key"), (explain.documents(), "document"), (explain.returned(), "row")];
                let [keys, documents, returned] = counts.map(|(n, what)| report::counted(n, what));
                let text = format!("{time} ms; looked at {keys} and {documents} for {returned}\n");
                Ok(Explained { text, steps: Some(table(&explain)), document: explain.raw })
            }
        }
    }
}

fn table(explain: &mongo::Explain) -> Table {
    let mut columns = vec![
        Column::text("stage", "Stage"),
        Column::text("detail", "On"),
        Column::measure("keys", "Keys", Unit::Count),
        Column::measure("documents", "Documents", Unit::Count),
        Column::measure("returned", "Returned", Unit::Count),
        Column::measure("time_ms", "Time (ms)", Unit::Count),
    ];
    let is_sharded = explain.steps.iter().any(|step| step.shard.is_some());
    if is_sharded {
        columns.insert(0, Column::text("shard", "Shard"));
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
    Table { columns, rows: explain.steps.iter().map(row).map(Row::from).collect() }
}
