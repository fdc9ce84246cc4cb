//! Charts over categories: where categories and values lie, standing or lying.
//!
//! Short labels (figures, bands) stand below columns; longer ones stand left of rows, where they can be read without
//! tilting the head. The marks ask the frame for places and do not know which way it stands.

use catalog::{ChartKind, Unit};

use super::canvas::{Anchor, Canvas, LABEL, SMALL, line_height};
use super::palette::Ink;
use super::plot::Plot;
use super::scale::Scale;
use super::text;
use crate::number;

/// Where things go. Invariant: at least one category.
pub(crate) struct Frame {
    pub(crate) is_horizontal: bool,
    pub(crate) scale: Scale,
    corner: (f64, f64),
    size: (f64, f64),
    n: usize,
}

/// What a frame needs to know about its marks.
pub(crate) struct Needs {
    /// Marks side by side within a category.
    pub(crate) n_lanes: usize,
    /// Room for the values that are written beside marks: the widest.
    pub(crate) value_width: f64,
}

impl Frame {
    /// Draws axes below `top` and gives the frame and where the picture ends.
    pub(crate) fn draw(canvas: &mut Canvas, plot: &Plot, scale: Scale, needs: &Needs, top: f64) -> (Self, f64) {
        if stands(canvas, plot, scale, needs) {
            Self::standing(canvas, plot, scale, needs, top)
        } else {
            Self::lying(canvas, plot, scale, needs, top)
        }
    }

    fn standing(canvas: &mut Canvas, plot: &Plot, scale: Scale, needs: &Needs, top: f64) -> (Self, f64) {
        let top = title(canvas, &plot.y_title(scale.low), (0.0, top), canvas.width);
        let left = tick_room(scale, plot.y_unit);
        let head = if needs.value_width > 0.0 { 16.0 } else { 6.0 };
        let height = if canvas.is_narrow() { 180.0 } else { 220.0 };
        let frame = Self {
            is_horizontal: false,
            scale,
            corner: (left, top + head),
            size: (canvas.width - left - 2.0, height),
            n: plot.categories.len(),
        };
        frame.value_axis(canvas, plot.y_unit);
        let bottom = frame.labels_below(canvas, plot);
        let bottom = name_below(canvas, &plot.x_label, (left, bottom), frame.size.0);
        (frame, bottom)
    }

    fn labels_below(&self, canvas: &mut Canvas, plot: &Plot) -> f64 {
        let size = f64::from(LABEL);
        let widest = plot.categories.iter().map(|category| text::width(&category.label, size)).fold(0.0, f64::max);
        let fits = plot.categories.iter().all(|category| text::fits(&category.label, size, self.band() - 4.0, 2));
        let every = if fits {
            1
        } else {
            [2, 5, 10, 12, 24, 50].into_iter().find(|&k| self.band() * f64::from(k) > widest + 8.0).unwrap_or(100)
        };
        let base = self.corner.1 + self.size.1 + 16.0;
        let mut bottom = base;
        for (index, category) in plot.categories.iter().enumerate().filter(|(index, _)| index % every as usize == 0) {
            let room = (self.band() * f64::from(every) - 4.0).max(8.0);
            let lines = text::wrap(&category.label, size, room, 2);
            let at = (self.center(index), base);
            bottom = canvas.paragraph(at, &lines, LABEL, Anchor::Middle, Ink::Text).max(bottom);
        }
        bottom
    }

    fn lying(canvas: &mut Canvas, plot: &Plot, scale: Scale, needs: &Needs, top: f64) -> (Self, f64) {
        let size = f64::from(LABEL);
        let widest = plot.categories.iter().map(|category| text::width(&category.label, size)).fold(0.0, f64::max);
        let share = if canvas.is_narrow() { 0.36 } else { 0.40 };
        let room = widest.min(canvas.width * share).max(text::width(&plot.x_label, size).min(canvas.width * 0.25));
        let lines: Vec<Vec<String>> =
            plot.categories.iter().map(|category| text::wrap(&category.label, size, room, 3)).collect();
        let n_lines = lines.iter().map(Vec::len).max().unwrap_or(1);
        let lane = if needs.n_lanes > 1 { 13.0 * needs.n_lanes as f64 + 10.0 } else { 26.0 };
        let row = lane.max(n_lines as f64 * line_height(LABEL) + 6.0);

        let left = room + 10.0;
        let top = names_above(canvas, (&plot.x_label, &plot.y_title(scale.low)), (left, top)) + 2.0;
        let frame = Self {
            is_horizontal: true,
            scale,
            corner: (left, top),
            size: ((canvas.width - left - needs.value_width - 10.0).max(40.0), row * plot.categories.len() as f64),
            n: plot.categories.len(),
        };
        frame.value_axis(canvas, plot.y_unit);
        for (index, lines) in lines.iter().enumerate() {
            let first = frame.center(index) + 4.0 - (lines.len() - 1) as f64 * line_height(LABEL) / 2.0;
            canvas.paragraph((room, first), lines, LABEL, Anchor::End, Ink::Text);
        }
        let bottom = top + frame.size.1 + 18.0;
        (frame, bottom + 4.0)
    }

    /// Grid lines with their ticks, and the line that bars start from.
    fn value_axis(&self, canvas: &mut Canvas, unit: Unit) {
        let (x, y) = self.corner;
        let (width, height) = self.size;
        for tick in self.scale.ticks() {
            let at = self.along(tick);
            let ink = if tick.abs() < self.scale.step * 1e-6 { Ink::Axis } else { Ink::Grid };
            let label = number::tick(tick, self.scale.step, unit);
            if self.is_horizontal {
                canvas.line((at, y), (at, y + height), 1.0, ink);
                canvas.text((at, y + height + 14.0), &label, SMALL, Anchor::Middle, Ink::Muted);
            } else {
                canvas.line((x, at), (x + width, at), 1.0, ink);
                canvas.text((x - 6.0, at + 4.0), &label, SMALL, Anchor::End, Ink::Muted);
            }
        }
    }

    /// The room of one category.
    pub(crate) fn band(&self) -> f64 {
        (if self.is_horizontal { self.size.1 } else { self.size.0 }) / self.n as f64
    }

    /// The middle of a category, across the values.
    pub(crate) fn center(&self, index: usize) -> f64 {
        (if self.is_horizontal { self.corner.1 } else { self.corner.0 }) + self.band() * (index as f64 + 0.5)
    }

    /// Where a value lies.
    pub(crate) fn along(&self, value: f64) -> f64 {
        if self.is_horizontal {
            self.corner.0 + self.scale.position(value) * self.size.0
        } else {
            self.corner.1 + (1.0 - self.scale.position(value)) * self.size.1
        }
    }

    /// A point from its places across and along.
    pub(crate) fn point(&self, across: f64, along: f64) -> (f64, f64) {
        if self.is_horizontal { (along, across) } else { (across, along) }
    }
}

/// Whether categories stand below columns.
fn stands(canvas: &Canvas, plot: &Plot, scale: Scale, needs: &Needs) -> bool {
    if plot.kind == ChartKind::Ranking || plot.categories.len() < 3 {
        return false;
    }
    let band = (canvas.width - tick_room(scale, plot.y_unit) - 2.0) / plot.categories.len() as f64;
    let is_short = plot.categories.iter().all(|category| category.label.chars().count() <= 8);
    let are_figures = plot.categories.iter().all(|category| category.number.is_some());
    let labels_fit =
        plot.categories.iter().all(|category| text::fits(&category.label, f64::from(LABEL), band - 4.0, 1));
    is_short && (labels_fit || are_figures) && band / needs.n_lanes as f64 >= 5.0
}

/// The names of rows and of values above a chart whose values start at `left`; gives where the plot may start.
pub(crate) fn names_above(canvas: &mut Canvas, (rows, values): (&str, &str), (left, top): (f64, f64)) -> f64 {
    let below = title(canvas, rows, (0.0, top), left - 10.0);
    title(canvas, values, (left, top), canvas.width - left).max(below)
}

/// The name of an axis in the middle below it; gives where the picture may end.
pub(crate) fn name_below(canvas: &mut Canvas, name: &str, (left, top): (f64, f64), room: f64) -> f64 {
    let lines = text::wrap(name, f64::from(LABEL), room, 2);
    let at = (left + room / 2.0, top + 6.0);
    canvas.paragraph(at, &lines, LABEL, Anchor::Middle, Ink::Muted) + 8.0 - line_height(LABEL)
}

/// A muted heading over a value axis; gives where the plot may start.
pub(crate) fn title(canvas: &mut Canvas, text: &str, at: (f64, f64), room: f64) -> f64 {
    let lines = text::wrap(text, f64::from(LABEL), room, 2);
    canvas.paragraph((at.0, at.1 + 11.0), &lines, LABEL, Anchor::Start, Ink::Muted) - 5.0
}

/// The room for tick labels left of a value axis.
pub(crate) fn tick_room(scale: Scale, unit: Unit) -> f64 {
    let labels = scale.ticks().into_iter().map(|tick| number::tick(tick, scale.step, unit));
    labels.map(|label| text::width(&label, f64::from(SMALL))).fold(0.0, f64::max) + 8.0
}
