//! The three topics of the catalog.

/// A topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Who the customers are: `segment`.
    Segmentation,
    /// Who closed their account, and what goes with it: `status`.
    Status,
    /// How healthy their credit is: `health`.
    Health,
}
