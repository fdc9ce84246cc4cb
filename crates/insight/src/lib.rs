//! Rows in; intervals, tests, rankings, life tables and sentences out.
//!
//! [`answer`] makes an [`Answer`] of the rows that an analysis' pipelines gave (to some, [`with_cells`] adds one more pipeline first), [`judge`] adjusts the p-values of the answers
//! of a topic, [`summarize`] picks the key figures and the strongest findings. Where the rows came from is not known here.
//!
//! ```text
//! rows ─► groups ─► table (columns with roles, rows with filters)
//!            └────► facts, cautions, test ─► judge ─► words
//! ```

mod answer;
mod bins;
mod caution;
mod columns;
mod compare;
mod error;
mod finding;
mod grouped;
mod groups;
mod joined;
mod judge;
mod listed;
mod narrative;
mod pivot;
mod quality;
mod statistics;
mod summary;
mod table;
mod words;

pub use answer::{Answer, Query, answer};
pub use caution::{Caution, SmallGroup, Within};
pub use columns::{Added, BinRate, Excess, Heading, Ranking, Unanswered, Weighed};
pub use compare::{Compared, Pair, compare};
pub use error::Error;
pub use finding::forward_selection::with_cells;
pub use judge::{ColumnTest, Family, Statistic, Test, carries_test, judge, tests_a_column};
pub use listed::listed;
pub use narrative::{Fact, Figure, Held, Largest, Narrative, Nothing, Piece, Remaining, Size, Verdict};
pub use quality::{
    Association, Bar, Candidates, ColumnFacts, Determines, Heap, Leak, Matrix, Missing, Outliers, QualityPage, Rounded,
    RuleFacts, Spread, candidate_associations, candidate_pairs, quality,
};
pub use statistics::Interval;
pub use statistics::chi_square::Independence;
pub use statistics::rate::wilson;
pub use statistics::trend::Trend;
pub use statistics::two_rates;
pub use statistics::welch::Means;
pub use summary::{Closures, Finding, KeyFigure, Summary, summarize};
pub use table::{Cell, Column, ColumnRole, Holds, Row, Table};
pub use words::narrowed;
