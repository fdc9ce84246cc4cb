//! Boxes: how the values of each category are spread, as five quantiles.
//!
//! In: a plot with five series, from the lowest quantile to the highest. Out: for each category a whisker from the first to
//! the last, a box from the second to the fourth, a line at the third and its value in figures.
//! Invariant: what lacks a quantile has no box; it is marked as missing.

use super::canvas::{Anchor, Canvas, SMALL};
use super::frame::{Frame, Needs};
use super::marks::MOST_ROWS;
use super::palette::Ink;
use super::plot::Plot;
use super::scale::Scale;
use super::text;
use crate::number;

/// How thick a box is, at most.
const THICKNESS: f64 = 16.0;

/// Draws the chart below `top`; gives where it ends.
pub(crate) fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    let n_left_out = plot.categories.len().saturating_sub(MOST_ROWS);
    let plot = &plot.first(MOST_ROWS);
    let scale = Scale::covering(plot.all_values().chain([0.0]), if canvas.is_narrow() { 3 } else { 5 });
    let labels: Vec<String> = (0..plot.categories.len()).map(|at| middle_label(plot, at)).collect();
    let widest = labels.iter().map(|label| text::width(label, f64::from(SMALL))).fold(0.0, f64::max);
    let needs = Needs { n_lanes: 1, value_width: widest + 6.0 };
    let (frame, bottom) = Frame::draw(canvas, plot, scale, &needs, top);
    for (at, label) in labels.iter().enumerate() {
        let ends = plot.quantiles(at);
        if let Some(ends) = ends {
            canvas.tip(&plot.box_in_words(at));
            one(canvas, &frame, at, ends, if plot.categories[at].is_unknown() { Ink::Unknown } else { Ink::Series(0) });
            canvas.end_tip();
        }
        let end = ends.map_or(scale.low.max(0.0), |ends| ends[4]);
        let shift = if frame.is_horizontal { 6.0 } else { -5.0 };
        let (x, y) = frame.point(frame.center(at), frame.along(end) + shift);
        let (y, anchor) = if frame.is_horizontal { (y + 4.0, Anchor::Start) } else { (y, Anchor::Middle) };
        canvas.text((x, y), label, SMALL, anchor, Ink::Muted);
    }
    if n_left_out == 0 {
        return bottom;
    }
    let note = format!("The first {MOST_ROWS}; {n_left_out} more are in the table.");
    canvas.text((0.0, bottom + 12.0), &note, SMALL, Anchor::Start, Ink::Muted);
    bottom + 18.0
}

fn one(canvas: &mut Canvas, frame: &Frame, at: usize, ends: [f64; 5], ink: Ink) {
    let [low, lower, middle, upper, high] = ends.map(|value| frame.along(value));
    let center = frame.center(at);
    let thickness = (frame.band() * 0.6).min(THICKNESS);
    let (edge, other) = (center - thickness / 2.0, center + thickness / 2.0);
    canvas.line(frame.point(center, low), frame.point(center, high), 1.5, ink);
    for end in [low, high] {
        canvas.line(frame.point(center - thickness / 4.0, end), frame.point(center + thickness / 4.0, end), 1.5, ink);
    }
    canvas.rect(frame.point(edge, lower), frame.point(thickness, upper - lower), ink);
    // In the colour of the page, which shows on the box; beside it, where quantiles coincide, in that of text.
    let is_on_box = (upper - lower).abs() > 4.0 && (middle - lower).abs() > 1.5 && (upper - middle).abs() > 1.5;
    let line = if is_on_box { Ink::Surface } else { Ink::Text };
    canvas.line(frame.point(edge, middle), frame.point(other, middle), 2.5, line);
}

fn middle_label(plot: &Plot, at: usize) -> String {
    plot.quantiles(at).map_or_else(|| number::MISSING.to_owned(), |ends| number::number(ends[2], plot.y_unit))
}

impl Plot {
    /// The five quantiles of a category, if all are there.
    pub(crate) fn quantiles(&self, at: usize) -> Option<[f64; 5]> {
        let [low, lower, middle, upper, high] = self.series.as_slice() else { return None };
        let value = |series: &super::plot::Series| series.values[at];
        Some([value(low)?, value(lower)?, value(middle)?, value(upper)?, value(high)?])
    }

    /// What a box shows: `$40K - $60K: 10 % quantile $1,438, 25 % quantile $2,000, …`.
    pub(crate) fn box_in_words(&self, at: usize) -> String {
        let values = self.series.iter().filter_map(|series| {
            Some(format!("{} {}", series.name.to_lowercase(), number::number(series.values[at]?, self.y_unit)))
        });
        format!("{}: {}", self.categories[at].label, values.collect::<Vec<_>>().join(", "))
    }

    /// What the parts of a box are: `box from 25 % quantile to 75 % quantile, mark and figure: median, …`.
    pub(crate) fn box_parts(&self) -> Option<String> {
        let [low, lower, middle, upper, high] = self.series.as_slice() else { return None };
        let name = |series: &super::plot::Series| series.name.to_lowercase();
        Some(format!(
            "box from {} to {}, mark and figure: {}, whiskers from {} to {}",
            name(lower),
            name(upper),
            name(middle),
            name(low),
            name(high)
        ))
    }
}
