//! What a chart is to show: named by its analysis, drawn elsewhere.

/// A chart over the columns of an analysis' table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its form.
    pub kind: ChartKind,
    /// The column along the category axis (rows of a heatmap).
    pub x: String,
    /// The columns shown as values: one, but for stacked and grouped bars or lines without `series`; five for boxes.
    pub y: Vec<String>,
    /// The column that splits the rows into series (columns of a heatmap).
    pub series: Option<String>,
    /// The columns with the ends of the interval around the first `y`.
    pub interval: Option<(String, String)>,
}

/// The forms of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// One bar a category.
    Bar,
    /// Bars side by side, one a series.
    GroupedBar,
    /// Bars on top of each other, one a series.
    StackedBar,
    /// A point with its interval for each category: rates and means.
    Interval,
    /// Values over an ordered axis.
    Line,
    /// A grid of two dimensions, coloured by value.
    Heatmap,
    /// Horizontal bars of a ranking, largest first.
    Ranking,
    /// Five quantiles of each category: a box with its middle and whiskers.
    Box,
    /// A panel for each series, all on one scale: points with intervals, or bars.
    SmallMultiples,
}

impl ChartKind {
    /// The kinds' names in catalog files.
    pub const NAMES: [&'static str; 9] =
        ["bar", "grouped_bar", "stacked_bar", "interval", "line", "heatmap", "ranking", "box", "small_multiples"];

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bar" => Self::Bar,
            "grouped_bar" => Self::GroupedBar,
            "stacked_bar" => Self::StackedBar,
            "interval" => Self::Interval,
            "line" => Self::Line,
            "heatmap" => Self::Heatmap,
            "ranking" => Self::Ranking,
            "box" => Self::Box,
            "small_multiples" => Self::SmallMultiples,
            _ => return None,
        })
    }
}
