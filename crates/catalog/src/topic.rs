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

impl Topic {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 3] = [Self::Segmentation, Self::Status, Self::Health];

    /// The folder of its analyses in a catalog.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Segmentation => "segmentation",
            Self::Status => "status",
            Self::Health => "health",
        }
    }

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Segmentation => "Customer segmentation",
            Self::Status => "Customer status",
            Self::Health => "Financial health",
        }
    }
}
