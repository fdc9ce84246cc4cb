//! What a chart says in words and in colours: tips, descriptions for those who cannot see it, and each mark's ink.

use catalog::ChartKind;

use super::palette::{Ink, N_HEAT};
use super::plot::{Category, Plot, Series, is_unknown};
use crate::number;

/// A description names at most this many values; more are in the table.
const MOST_VALUES: usize = 12;

/// Bars split by a dimension of more groups than this show bands in their order: one hue from light to dark says so.
/// (Series that are columns of their own have no order.)
const MOST_GRADELESS: usize = 3;

/// Hues that can be told apart; more series than this share one hue from light to dark.
const MOST_HUES: usize = 6;

impl Plot {
    /// The colour of a series: its hue, or grey for what is unknown.
    pub(crate) fn series_ink(&self, index: usize) -> Ink {
        self.ink(index, Ink::Unknown, Ink::Series, Ink::Heat)
    }

    /// The colour of text on a series' colour.
    pub(crate) fn on_series_ink(&self, index: usize) -> Ink {
        self.ink(index, Ink::OnUnknown, Ink::OnSeries, Ink::OnHeat)
    }

    fn ink(&self, index: usize, unknown: Ink, hue: fn(usize) -> Ink, heat: fn(usize) -> Ink) -> Ink {
        let is_known = |series: &&Series| !is_unknown(&series.name);
        if self.series.get(index).is_some_and(|series| is_unknown(&series.name)) {
            return unknown;
        }
        let place = self.series.iter().take(index).filter(is_known).count();
        let n_known = self.series.iter().filter(is_known).count();
        let most = if self.is_graded() { MOST_GRADELESS } else { MOST_HUES };
        if n_known <= most { hue(place) } else { heat(1 + place * (N_HEAT - 2) / (n_known - 1)) }
    }

    fn is_graded(&self) -> bool {
        !self.series_label.is_empty() && matches!(self.kind, ChartKind::StackedBar | ChartKind::GroupedBar)
    }

    /// What the pointer shows over a mark: `Gold: 18.1 % (95 % interval 12.1 to 26.2 %)`.
    pub(crate) fn tip(&self, series: usize, index: usize) -> String {
        let category = &self.categories[index].label;
        let series = &self.series[series];
        let name = if self.series.len() > 1 { format!("{category}, {}", series.name) } else { category.clone() };
        let value =
            series.values[index].map_or_else(|| number::MISSING.to_owned(), |value| number::number(value, self.y_unit));
        match series.intervals[index] {
            Some((low, high)) => format!(
                "{name}: {value} (95 % interval {} to {})",
                number::number(low, self.y_unit),
                number::number(high, self.y_unit)
            ),
            None => format!("{name}: {value}"),
        }
    }

    /// A short name for screen readers; the numbers follow in the table.
    pub(crate) fn alt(&self, title: &str) -> String {
        let kind = match self.kind {
            ChartKind::Bar | ChartKind::GroupedBar | ChartKind::StackedBar => "Bar chart",
            ChartKind::Interval => "Chart of points with 95 % intervals",
            ChartKind::Line => "Line chart",
            ChartKind::Heatmap => "Heatmap",
            ChartKind::Ranking => "Ranking",
            ChartKind::Box => "Box plot",
            ChartKind::SmallMultiples => "Small multiples",
        };
        let by = if self.series_label.is_empty() {
            String::new()
        } else {
            format!(" and {}", self.series_label.to_lowercase())
        };
        format!("{kind}, {title}: {} by {}{by}. The table has its numbers.", self.y_label, self.x_label.to_lowercase())
    }

    /// A description that stands for the chart where there is no table: its sentence, and its values while they are few.
    pub(crate) fn description(&self, sentence: &str) -> String {
        let mut text = sentence.to_owned();
        if self.categories.len() * self.series.len() <= MOST_VALUES {
            for index in 0..self.categories.len() {
                for series in 0..self.series.len() {
                    text.push_str(if text.is_empty() { "" } else { " " });
                    text.push_str(&self.tip(series, index));
                    text.push(';');
                }
            }
        }
        text.trim_end_matches(';').to_owned()
    }

    /// The same chart with its first categories only.
    pub(crate) fn first(&self, n_categories: usize) -> Self {
        let mut plot = self.clone();
        plot.categories.truncate(n_categories);
        for series in &mut plot.series {
            series.values.truncate(n_categories);
            series.intervals.truncate(n_categories);
        }
        plot
    }
}

impl Category {
    /// Whether this is the group of those who gave no answer.
    pub(crate) fn is_unknown(&self) -> bool {
        is_unknown(&self.label)
    }
}
