//! Bars, stacked bars and points with intervals over categories.

use catalog::ChartKind;

use super::canvas::{Anchor, Canvas, SMALL};
use super::frame::{Frame, Needs};
use super::palette::Ink;
use super::plot::Plot;
use super::scale::Scale;
use super::text;
use crate::number;

/// More rows than this are left to the table.
pub(super) const MOST_ROWS: usize = 40;

/// Between a mark and the value beside it.
const VALUE_GAP: f64 = 6.0;

/// Draws the chart below `top`; gives where it ends.
pub(crate) fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    let n_left_out = plot.categories.len().saturating_sub(MOST_ROWS);
    let is_long = n_left_out > 0 && plot.categories.iter().any(|category| category.number.is_none());
    let cut;
    let plot = if is_long {
        cut = plot.first(MOST_ROWS);
        &cut
    } else {
        plot
    };
    let n_ticks = if canvas.is_narrow() { 3 } else { 5 };
    let is_stacked = plot.kind == ChartKind::StackedBar;
    let scale = Scale::covering(extent(plot).into_iter(), n_ticks);
    let needs = Needs {
        n_lanes: if is_stacked { 1 } else { plot.series.len().max(1) },
        value_width: if is_stacked { 0.0 } else { widest_value(plot) },
    };
    let top = canvas.legend(plot, top);
    let (frame, mut bottom) = Frame::draw(canvas, plot, scale, &needs, top);
    let thickness = Lanes::of(plot, &frame, &needs);
    for index in 0..plot.categories.len() {
        match plot.kind {
            ChartKind::StackedBar => stack(canvas, plot, &frame, index),
            _ => lanes(canvas, plot, &frame, &thickness, index),
        }
    }
    if is_long {
        let note = format!("The first {MOST_ROWS}; {n_left_out} more are in the table.");
        canvas.text((0.0, bottom + 12.0), &note, SMALL, Anchor::Start, Ink::Muted);
        bottom += 18.0;
    }
    bottom
}

/// The values that the axis must reach: bars start from zero, points only if zero is near.
fn extent(plot: &Plot) -> Vec<f64> {
    let mut values: Vec<f64> = if plot.kind == ChartKind::StackedBar {
        (0..plot.categories.len())
            .flat_map(|index| {
                let parts = || plot.series.iter().filter_map(move |series| series.values[index]);
                [parts().filter(|part| *part > 0.0).sum(), parts().filter(|part| *part < 0.0).sum()]
            })
            // Shares of a whole add up to a hair more than one.
            .map(|sum: f64| if (sum - 1.0).abs() < 1e-6 { 1.0 } else { sum })
            .collect()
    } else {
        plot.all_values().collect()
    };
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    if plot.kind != ChartKind::Interval || low < high * 0.6 {
        values.push(0.0);
    }
    values
}

fn widest_value(plot: &Plot) -> f64 {
    let values = plot.series.iter().flat_map(|series| series.values.iter().flatten());
    let widths = values.map(|value| text::width(&number::number(*value, plot.y_unit), f64::from(SMALL)));
    widths.fold(8.0, f64::max) + VALUE_GAP
}

/// How thick the marks of a chart are, and whether all of them have room for their value.
struct Lanes {
    n: f64,
    thickness: f64,
    has_values: bool,
}

impl Lanes {
    fn of(plot: &Plot, frame: &Frame, needs: &Needs) -> Self {
        let n = plot.series.len().max(1) as f64;
        let most = if frame.is_horizontal { 20.0 } else { 54.0 };
        let thickness = (frame.band() * if n > 1.0 { 0.8 } else { 0.66 } / n).min(most);
        let room = if n > 1.0 { thickness * 1.05 } else { frame.band() };
        // All or none: values here and there would look like a choice.
        let has_values = if frame.is_horizontal { thickness >= 10.0 } else { needs.value_width - VALUE_GAP <= room };
        Self { n, thickness, has_values }
    }
}

/// Marks side by side, one a series.
fn lanes(canvas: &mut Canvas, plot: &Plot, frame: &Frame, lanes: &Lanes, index: usize) {
    let Lanes { n, thickness, has_values } = *lanes;
    let shift = if frame.is_horizontal { VALUE_GAP } else { -5.0 };
    for (lane, series) in plot.series.iter().enumerate() {
        let middle = frame.center(index) + (lane as f64 - (n - 1.0) / 2.0) * thickness;
        // Where colours tell series apart, they must do so for the unknown too.
        let is_grey = plot.series.len() == 1 && plot.categories[index].is_unknown();
        let ink = if is_grey { Ink::Unknown } else { plot.series_ink(lane) };
        let mut end = frame.scale.low.max(0.0);
        let mut label = number::MISSING.to_owned();
        if let Some(value) = series.values[index] {
            canvas.tip(&plot.tip(lane, index));
            let is_point = plot.kind == ChartKind::Interval;
            if !is_point {
                let (from, to) = (frame.along(0.0), frame.along(value));
                let gap = if n > 1.0 { 1.0 } else { 0.0 };
                let corner = frame.point(middle - (thickness - gap) / 2.0, from);
                canvas.rect(corner, frame.point(thickness - gap, to - from), ink);
            }
            if let Some((low, high)) = series.intervals[index] {
                whisker(canvas, frame, (middle, low, high), thickness, if is_point { ink } else { Ink::Text });
                end = end.max(high);
            }
            if is_point {
                canvas.dot(frame.point(middle, frame.along(value)), if n > 1.0 { 4.0 } else { 5.0 }, ink);
            }
            canvas.end_tip();
            end = end.max(value);
            label = number::number(value, plot.y_unit);
        }
        if has_values {
            let (x, y) = frame.point(middle, frame.along(end) + shift);
            let (y, anchor) = if frame.is_horizontal { (y + 4.0, Anchor::Start) } else { (y, Anchor::Middle) };
            canvas.text((x, y), &label, SMALL, anchor, Ink::Muted);
        }
    }
}

/// An interval: a line with short ends.
fn whisker(canvas: &mut Canvas, frame: &Frame, (middle, low, high): (f64, f64, f64), thickness: f64, ink: Ink) {
    let (low, high) = (frame.along(low), frame.along(high));
    let half = (thickness * 0.3).clamp(2.0, 5.0);
    let width = if thickness < 8.0 { 1.25 } else { 2.0 };
    canvas.line(frame.point(middle, low), frame.point(middle, high), width, ink);
    for end in [low, high] {
        canvas.line(frame.point(middle - half, end), frame.point(middle + half, end), width, ink);
    }
}

/// Series on top of each other.
fn stack(canvas: &mut Canvas, plot: &Plot, frame: &Frame, index: usize) {
    let most = if frame.is_horizontal { 22.0 } else { 64.0 };
    let thickness = (frame.band() * 0.74).min(most);
    let edge = frame.center(index) - thickness / 2.0;
    let (mut above, mut below) = (0.0, 0.0);
    for (lane, series) in plot.series.iter().enumerate() {
        let Some(value) = series.values[index].filter(|value| *value != 0.0) else { continue };
        let base = if value > 0.0 { &mut above } else { &mut below };
        let (from, to) = (frame.along(*base), frame.along(*base + value));
        *base += value;
        canvas.tip(&plot.tip(lane, index));
        // A hairline of background keeps neighbours apart where hues alone would not.
        let hair = if (to - from).abs() > 2.0 { (to - from).signum() } else { 0.0 };
        canvas.rect(frame.point(edge, from), frame.point(thickness, to - from - hair), plot.series_ink(lane));
        canvas.end_tip();
        let label = number::number(value, plot.y_unit);
        let (along, across) = (text::width(&label, f64::from(SMALL)) + 8.0, 14.0);
        let (room_along, room_across) =
            if frame.is_horizontal { ((to - from).abs(), thickness) } else { (thickness, (to - from).abs()) };
        if room_along >= along && room_across >= across {
            let (x, y) = frame.point(frame.center(index), f64::midpoint(from, to));
            canvas.text((x, y + 4.0), &label, SMALL, Anchor::Middle, plot.on_series_ink(lane));
        }
    }
}
