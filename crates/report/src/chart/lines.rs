//! Lines over an ordered axis, with a band where there is an interval.

use catalog::Unit;

use super::canvas::{Anchor, Canvas, LABEL, SMALL};
use super::frame::{name_below, tick_room, title};
use super::palette::Ink;
use super::plot::{Plot, Series};
use super::scale::Scale;
use super::text;
use crate::number;

/// Longer curves go without dots.
const MOST_DOTS: usize = 30;

struct Axes {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    y: Scale,
    /// Where each category lies, in pixels.
    xs: Vec<f64>,
}

/// Draws the chart below `top`; gives where it ends.
pub(crate) fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    let y = Scale::covering(extent(plot).into_iter(), if canvas.is_narrow() { 4 } else { 5 });
    let top = canvas.legend(plot, top);
    let top = title(canvas, &plot.y_title(y.low), (0.0, top), canvas.width) + 6.0;
    let left = tick_room(y, plot.y_unit);
    let mut axes = Axes {
        left,
        top,
        width: canvas.width - left - 14.0,
        height: if canvas.is_narrow() { 190.0 } else { 240.0 },
        y,
        xs: Vec::new(),
    };
    axes.grid(canvas, plot.y_unit);
    let bottom = match plot.numbers() {
        Some(numbers) if numbers.len() > 1 => axes.number_axis(canvas, &numbers),
        _ => axes.category_axis(canvas, plot),
    };
    let bottom = name_below(canvas, &plot.x_label, (left, bottom), axes.width);
    for (index, series) in plot.series.iter().enumerate() {
        axes.curve(canvas, plot, index, series);
    }
    bottom
}

/// The values that the axis must reach: zero is among them unless all values are far from it.
pub(crate) fn extent(plot: &Plot) -> Vec<f64> {
    let mut values: Vec<f64> = plot.all_values().collect();
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    if low < high * 0.6 {
        values.push(0.0);
    }
    values
}

impl Axes {
    fn at_y(&self, value: f64) -> f64 {
        self.top + (1.0 - self.y.position(value)) * self.height
    }

    fn grid(&self, canvas: &mut Canvas, unit: Unit) {
        for tick in self.y.ticks() {
            let y = self.at_y(tick);
            let is_base = (tick - self.y.low.max(0.0)).abs() < self.y.step * 1e-6;
            canvas.line((self.left, y), (self.left + self.width, y), 1.0, if is_base { Ink::Axis } else { Ink::Grid });
            let label = number::tick(tick, self.y.step, unit);
            canvas.text((self.left - 6.0, y + 4.0), &label, SMALL, Anchor::End, Ink::Muted);
        }
    }

    /// A true number axis from the first to the last category, ticks at round numbers.
    fn number_axis(&mut self, canvas: &mut Canvas, numbers: &[f64]) -> f64 {
        let (low, high) = (numbers[0], numbers[numbers.len() - 1]);
        let round = Scale::covering([low, high].into_iter(), if canvas.is_narrow() { 5 } else { 10 });
        let scale = Scale { low, high, step: round.step };
        // Dots keep clear of the value axis and its labels.
        let inset = if numbers.len() <= MOST_DOTS { 12.0 } else { 0.0 };
        let place = |number: f64| self.left + inset + scale.position(number) * (self.width - 2.0 * inset);

        let base = self.top + self.height;
        for tick in round.ticks().into_iter().filter(|tick| (low..=high).contains(tick)) {
            let x = place(tick);
            canvas.line((x, base), (x, base + 4.0), 1.0, Ink::Axis);
            let label = number::tick(tick, round.step, Unit::Ratio);
            canvas.text((x, base + 17.0), &label, SMALL, Anchor::Middle, Ink::Muted);
        }
        self.xs = numbers.iter().map(|number| place(*number)).collect();
        base + 30.0
    }

    fn category_axis(&mut self, canvas: &mut Canvas, plot: &Plot) -> f64 {
        let n = plot.categories.len();
        let band = self.width / n as f64;
        self.xs = (0..n).map(|index| self.left + band * (index as f64 + 0.5)).collect();
        let size = f64::from(LABEL);
        let widest = plot.categories.iter().map(|category| text::width(&category.label, size)).fold(0.0, f64::max);
        let every = if widest.min(90.0) <= band * 2.0 { 1 } else { (widest.min(90.0) / band).ceil() as usize };
        let base = self.top + self.height + 16.0;
        let mut bottom = base;
        for (category, &x) in plot.categories.iter().zip(&self.xs).step_by(every) {
            // A centred label may reach as far as its neighbours and the edges of the picture let it.
            let room = (band * every as f64 - 6.0).min(2.0 * x.min(canvas.width - x)).max(20.0);
            let lines = text::wrap(&category.label, size, room, 3);
            bottom = canvas.paragraph((x, base), &lines, LABEL, Anchor::Middle, Ink::Text).max(bottom);
        }
        bottom
    }

    fn curve(&self, canvas: &mut Canvas, plot: &Plot, index: usize, series: &Series) {
        let ink = plot.series_ink(index);
        for run in runs(plot, &series.intervals) {
            let ends = |pick: fn((f64, f64)) -> f64| -> Vec<(f64, f64)> {
                run.clone().filter_map(|at| Some((self.xs[at], self.at_y(pick(series.intervals[at]?))))).collect()
            };
            let mut outline = ends(|interval| interval.1);
            outline.extend(ends(|interval| interval.0).into_iter().rev());
            canvas.area(outline, ink);
        }
        for run in runs(plot, &series.values) {
            let points: Vec<(f64, f64)> =
                run.filter_map(|at| Some((self.xs[at], self.at_y(series.values[at]?)))).collect();
            canvas.polyline(points, 2.25, ink);
        }
        // Dots tell measured places from the line between them.
        let has_dots = series.values.len() <= MOST_DOTS;
        for (at, value) in series.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let is_alone =
                (at == 0 || series.values[at - 1].is_none()) && series.values.get(at + 1).is_none_or(Option::is_none);
            if has_dots || is_alone {
                canvas.tip(&plot.tip(index, at));
                canvas.dot((self.xs[at], self.at_y(*value)), 4.0, ink);
                canvas.end_tip();
            }
        }
    }
}

/// The stretches without a gap. "Unknown" has no place in the order of the others: no line leads to it.
fn runs<T>(plot: &Plot, values: &[Option<T>]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(_), Some(run)) if run.end == at && !plot.categories[at].is_unknown() => run.end = at + 1,
            (Some(_), _) => runs.push(at..at + 1),
            (None, _) => {}
        }
    }
    runs
}
