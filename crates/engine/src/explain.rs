//! What became of a pipeline: stage by stage, with rows and columns read. Counted, never timed.

use std::fmt;

use bson::{Bson, Document};
use diagnostic::Diagnostic;

/// An explained run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explain {
    /// The rewrites that changed the pipeline; the stages are those behind them.
    pub rewrites: Vec<&'static str>,
    /// Each stage.
    pub stages: Vec<StageReport>,
    /// How many rows were read from the collection.
    pub rows_read: u64,
    /// The columns that were read; of documents of any shape, none.
    pub columns_read: Vec<String>,
    /// What the user should know about the answer.
    pub notices: Vec<Diagnostic>,
}

/// What became of one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReport {
    /// Its name, with the dollar sign.
    pub stage: &'static str,
    /// How it was run.
    pub how: String,
    /// Rows that entered it.
    pub rows_in: u64,
    /// Rows that left it.
    pub rows_out: u64,
}

impl Explain {
    /// The same as a document.
    #[must_use]
    pub fn to_document(&self) -> Document {
        let stage = |report: &StageReport| {
            let mut document = Document::new();
            document.insert("stage", report.stage);
            document.insert("how", report.how.as_str());
            document.insert("rowsIn", report.rows_in as i64);
            document.insert("rowsOut", report.rows_out as i64);
            Bson::Document(document)
        };
        let texts = |list: &mut dyn Iterator<Item = &str>| Bson::Array(list.map(Bson::from).collect());
        let mut document = Document::new();
        document.insert("rewrites", texts(&mut self.rewrites.iter().copied()));
        document.insert("stages", Bson::Array(self.stages.iter().map(stage).collect()));
        document.insert("rowsRead", self.rows_read as i64);
        document.insert("columnsRead", texts(&mut self.columns_read.iter().map(String::as_str)));
        if !self.notices.is_empty() {
            document.insert("notices", texts(&mut self.notices.iter().map(Diagnostic::message)));
        }
        document
    }
}

impl fmt::Display for Explain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = match self.columns_read.len() {
            0 => "no columns".to_owned(),
            1 => "1 column".to_owned(),
            n => format!("{n} columns"),
        };
        write!(f, "scan: {}, {columns}", diagnostic::counted(self.rows_read, "row"))?;
        if !self.columns_read.is_empty() {
            write!(f, " ({})", self.columns_read.join(", "))?;
        }
        writeln!(f)?;
        if !self.rewrites.is_empty() {
            writeln!(f, "rewritten: {}", self.rewrites.join(", "))?;
        }
        for (number, report) in self.stages.iter().enumerate() {
            let StageReport { stage, how, rows_in, rows_out } = report;
            writeln!(f, "{:>3}. {stage}: {how} ({rows_in} → {})", number + 1, diagnostic::counted(*rows_out, "row"))?;
        }
        for notice in &self.notices {
            writeln!(f, "notice: {}", notice.message())?;
        }
        Ok(())
    }
}
