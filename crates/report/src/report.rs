//! A report: everything that is shown together.

use insight::{Answer, QualityPage, Summary};

/// What a report is made of; nothing in it is looked up anywhere else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The heading: `Card customers`.
    pub title: String,
    /// Whose customers they are, as the user calls the bank.
    pub bank_name: Option<String>,
    /// What the numbers were made from: file, rows, day.
    pub source: String,
    /// When and by what it was made.
    pub generated: String,
    /// What a manager reads first.
    pub summary: Summary,
    /// The state of the data: name and finding.
    pub quality: Vec<(String, String)>,
    /// What the columns hold and what is to be doubted.
    pub page: Option<QualityPage>,
    /// The analyses, in the order in which they are shown within their topic.
    pub answers: Vec<Answer>,
    /// The analyses that the data lacks something for: name, and what it lacks.
    pub left_out: Vec<(String, String)>,
    /// Whether pages of paper end in the pipelines, which fill many.
    pub prints_pipelines: bool,
}
