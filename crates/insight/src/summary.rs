//! The one-screen summary of a report: key figures and the strongest findings.

/// What a manager reads first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The figures that everything else is measured against.
    pub key_figures: Vec<KeyFigure>,
    /// The strongest findings, strongest first.
    pub findings: Vec<Finding>,
}

/// One figure, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFigure {
    /// What it is: `Attrition rate`.
    pub label: String,
    /// Its value with its unit: `16.1 %`.
    pub value: String,
    /// What belongs to it, such as its interval: `95 % interval 15.4 to 16.8 %`.
    pub note: Option<String>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub sentence: String,
    /// The name of the analysis that found it.
    pub analysis: String,
}
