//! Small multiples: a panel for each series, side by side on one scale, so that like is compared with like.
//!
//! In: a plot of several series. Out: panels of rows, each with its name, its mark and its value: a point with its interval where
//! there are intervals, a bar from zero where there are none.
//! Invariant: all panels share their scale, and a panel has only the rows of which its series has a value.

use super::canvas::{Anchor, Canvas, LABEL, SMALL, line_height};
use super::palette::Ink;
use super::plot::{Plot, Series, is_unknown};
use super::scale::Scale;
use super::text;
use crate::number;

/// More panels, and more rows in one, are left to the table.
pub(super) const MOST_PANELS: usize = 9;
const MOST_ROWS: usize = 14;

/// A panel is at least so wide, and there are at most so many side by side.
const NARROWEST: f64 = 230.0;
const MOST_ACROSS: usize = 3;

const GAP: f64 = 24.0;
const ROW: f64 = 18.0;
const DOT: f64 = 4.0;

/// The places of a panel, from its left: names, marks, values.
struct Places {
    left: f64,
    marks: f64,
    width: f64,
    end: f64,
    scale: Scale,
}

impl Places {
    fn along(&self, value: f64) -> f64 {
        self.marks + self.scale.position(value) * self.width
    }
}

/// Draws the chart below `top`; gives where it ends.
pub(crate) fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    let panels: Vec<usize> = (0..plot.series.len()).filter(|at| !rows(&plot.series[*at]).is_empty()).collect();
    let shown = &panels[..panels.len().min(MOST_PANELS)];
    let scale = Scale::covering(plot.all_values().chain([0.0]), 3);
    let across = ((canvas.width / NARROWEST) as usize).clamp(1, MOST_ACROSS).min(shown.len().max(1));
    let width = (canvas.width - GAP * (across - 1) as f64) / across as f64;
    let heading = text::wrap(&plot.y_title(scale.low), f64::from(SMALL), canvas.width, 2);
    let mut bottom = canvas.paragraph((0.0, top + 10.0), &heading, SMALL, Anchor::Start, Ink::Muted) + 8.0;
    for line in shown.chunks(across) {
        let begin = bottom;
        for (place, series) in line.iter().enumerate() {
            let left = (width + GAP) * place as f64;
            bottom = bottom.max(panel(canvas, plot, *series, (left, begin, width), scale));
        }
        bottom += 12.0;
    }
    let cut = shown.iter().any(|at| rows(&plot.series[*at]).len() > MOST_ROWS);
    let left_out = match panels.len() - shown.len() {
        0 if cut => Some(format!("The first {MOST_ROWS} rows of each; more are in the table.")),
        0 => None,
        n => Some(format!("The first {MOST_PANELS}; {n} more are in the table.")),
    };
    if let Some(note) = left_out {
        canvas.text((0.0, bottom + 6.0), &note, SMALL, Anchor::Start, Ink::Muted);
        bottom += 14.0;
    }
    bottom
}

/// The places of the categories of which a series has a value.
pub(super) fn rows(series: &Series) -> Vec<usize> {
    (0..series.values.len()).filter(|at| series.values[*at].is_some()).collect()
}

/// One panel; gives where it ends.
fn panel(canvas: &mut Canvas, plot: &Plot, at: usize, (left, top, width): (f64, f64, f64), scale: Scale) -> f64 {
    let series = &plot.series[at];
    let (label, small) = (f64::from(LABEL), f64::from(SMALL));
    let rows = rows(series);
    let rows = &rows[..rows.len().min(MOST_ROWS)];
    let value = |row: usize| series.values[row].map_or_else(String::new, |value| number::number(value, plot.y_unit));
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let names = widest(&mut rows.iter().map(|row| text::width(&plot.categories[*row].label, small))).min(width * 0.4);
    let values = widest(&mut rows.iter().map(|row| text::width(&value(*row), small)));
    let marks = left + names + 8.0;
    let places = Places { left, marks, width: (width - names - values - 22.0).max(20.0), end: left + width, scale };

    let title = text::shorten(&series.name, label, width);
    canvas.bold((left, top + 12.0), &title, LABEL, Ink::Text);
    let first = top + 20.0;
    let end = first + ROW * rows.len() as f64;
    ticks(canvas, plot, &places, (first, end));
    for (place, row) in rows.iter().enumerate() {
        let middle = first + ROW * (place as f64 + 0.5);
        let category = &plot.categories[*row];
        let name = text::shorten(&category.label, small, names);
        canvas.text((places.left + names, middle + 4.0), &name, SMALL, Anchor::End, Ink::Text);
        canvas.tip(&plot.tip(at, *row));
        let ink = if category.is_unknown() || is_unknown(&series.name) { Ink::Unknown } else { Ink::Series(0) };
        mark(canvas, series, *row, (&places, middle), ink);
        canvas.end_tip();
        canvas.text((places.end, middle + 4.0), &value(*row), SMALL, Anchor::End, Ink::Muted);
    }
    end + line_height(SMALL) + 4.0
}

fn ticks(canvas: &mut Canvas, plot: &Plot, places: &Places, (first, end): (f64, f64)) {
    let mut free = f64::NEG_INFINITY;
    for tick in places.scale.ticks() {
        let x = places.along(tick);
        let is_zero = tick.abs() < places.scale.step * 1e-6;
        canvas.line((x, first), (x, end), 1.0, if is_zero { Ink::Axis } else { Ink::Grid });
        let label = number::tick(tick, places.scale.step, plot.y_unit);
        let half = text::width(&label, f64::from(SMALL)) / 2.0;
        // Where labels would touch, every other one says enough.
        if x - half > free {
            canvas.text((x, end + 12.0), &label, SMALL, Anchor::Middle, Ink::Muted);
            free = x + half + 6.0;
        }
    }
}

fn mark(canvas: &mut Canvas, series: &Series, row: usize, (places, middle): (&Places, f64), ink: Ink) {
    let Some(value) = series.values[row] else { return };
    let x = places.along(value);
    if let Some((low, high)) = series.intervals[row] {
        canvas.line((places.along(low), middle), (places.along(high), middle), 2.0, ink);
        canvas.dot((x, middle), DOT, ink);
    } else {
        let zero = places.along(0.0);
        // A value that is not zero never looks like zero.
        let length = if value != 0.0 && (x - zero).abs() < 1.0 { value.signum() } else { x - zero };
        canvas.rect((zero, middle - ROW * 0.33), (length, ROW * 0.66), ink);
    }
}
