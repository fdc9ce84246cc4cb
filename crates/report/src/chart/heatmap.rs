//! A grid of two dimensions, each cell coloured by its value and labelled with it; a matrix of coefficients in two hues.

use super::canvas::{Anchor, Canvas, LABEL, SMALL, line_height};
use super::frame::names_above;
use super::palette::{Ink, N_HEAT, heat_step};
use super::plot::Plot;
use super::text;
use crate::number;

const MOST_ROWS: usize = 40;
const ROW: f64 = 30.0;
/// The letters of a matrix of many columns.
const TINY: u32 = 9;

/// Draws the chart below `top`; gives where it ends.
pub(crate) fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    let size = f64::from(LABEL);
    let n_rows = plot.categories.len().min(MOST_ROWS);
    let n_columns = plot.series.len().max(1);
    let rows = &plot.categories[..n_rows];
    let widest = rows.iter().map(|row| text::width(&row.label, size)).fold(0.0, f64::max);
    let room = widest.min(canvas.width * 0.28).max(text::width(&plot.x_label, size).min(90.0));
    let left = room + 10.0;
    let cell = ((canvas.width - left) / n_columns as f64).min(150.0);

    let mut top = heading(canvas, plot, (left, top));
    top = columns(canvas, plot, (left, top), cell);
    let (low, high) = range(plot);
    for (row, category) in rows.iter().enumerate() {
        let y = top + ROW * row as f64;
        let lines = text::wrap(&category.label, size, room, 2);
        let first = y + ROW / 2.0 + 4.0 - (lines.len() - 1) as f64 * line_height(LABEL) / 2.0;
        canvas.paragraph((room, first), &lines, LABEL, Anchor::End, Ink::Text);
        for (column, series) in plot.series.iter().enumerate() {
            let corner = (left + cell * column as f64, y);
            let Some(value) = series.values[row] else {
                canvas.text(
                    (corner.0 + cell / 2.0, y + ROW / 2.0 + 4.0),
                    number::MISSING,
                    SMALL,
                    Anchor::Middle,
                    Ink::Muted,
                );
                continue;
            };
            let (fill, on) = inks(plot, value, (low, high));
            canvas.tip(&plot.tip(column, row));
            canvas.rect((corner.0 + 1.0, y + 1.0), (cell - 2.0, ROW - 2.0), fill);
            if let Some((label, size)) = label(plot, value, cell - 2.0) {
                canvas.text((corner.0 + cell / 2.0, y + ROW / 2.0 + 4.0), &label, size, Anchor::Middle, on);
            }
            canvas.end_tip();
        }
    }
    let bottom = key(canvas, plot, (left, top + ROW * n_rows as f64 + 10.0), (low, high));
    if plot.categories.len() > n_rows {
        let note = format!("The first {n_rows} rows; {} more are in the table.", plot.categories.len() - n_rows);
        canvas.text((0.0, bottom + 10.0), &note, SMALL, Anchor::Start, Ink::Muted);
        return bottom + 16.0;
    }
    bottom
}

/// The colour of a cell, and that of its label.
fn inks(plot: &Plot, value: f64, (low, high): (f64, f64)) -> (Ink, Ink) {
    if plot.is_by_distance {
        let step = heat_step(value.abs());
        return if value < 0.0 { (Ink::Fall(step), Ink::OnFall(step)) } else { (Ink::Heat(step), Ink::OnHeat(step)) };
    }
    let step = heat_step(if high > low { (value - low) / (high - low) } else { 0.5 });
    (Ink::Heat(step), Ink::OnHeat(step))
}

/// A cell's value with the size of its letters, as far as it fits. Where the unit does not fit, the key below still names it; a
/// coefficient needs no zero before its point.
fn label(plot: &Plot, value: f64, room: f64) -> Option<(String, u32)> {
    let whole = if plot.is_by_distance { number::coefficient(value) } else { number::number(value, plot.y_unit) };
    let short = if plot.is_by_distance {
        whole.replacen("0.", ".", 1)
    } else {
        whole.trim_start_matches('$').trim_end_matches(" %").to_owned()
    };
    let sizes: &[u32] = if plot.is_by_distance { &[SMALL, TINY] } else { &[SMALL] };
    let fits = |(label, size): &(String, u32)| text::width(label, f64::from(*size)) <= room;
    sizes.iter().flat_map(|size| [(whole.clone(), *size), (short.clone(), *size)]).find(fits)
}

/// What rows and columns are.
fn heading(canvas: &mut Canvas, plot: &Plot, (left, top): (f64, f64)) -> f64 {
    names_above(canvas, (&plot.x_label, &plot.series_label), (left, top)).max(top + 20.0)
}

/// Column headings: level where they fit in three lines, upright where they do not.
fn columns(canvas: &mut Canvas, plot: &Plot, (left, top): (f64, f64), cell: f64) -> f64 {
    let size = f64::from(LABEL);
    let middle = |column: usize| left + cell * (column as f64 + 0.5);
    if plot.series.iter().all(|series| text::fits(&series.name, size, cell - 4.0, 3)) {
        let lines: Vec<_> = plot.series.iter().map(|series| text::wrap(&series.name, size, cell - 4.0, 3)).collect();
        let n_lines = lines.iter().map(Vec::len).max().unwrap_or(0);
        for (column, lines) in lines.iter().enumerate() {
            let first = top + 12.0 + (n_lines - lines.len()) as f64 * line_height(LABEL);
            canvas.paragraph((middle(column), first), lines, LABEL, Anchor::Middle, Ink::Text);
        }
        return top + n_lines as f64 * line_height(LABEL) + 4.0;
    }
    let widest = plot.series.iter().map(|series| text::width(&series.name, size)).fold(0.0, f64::max).min(120.0);
    if cell >= 13.0 {
        for (column, series) in plot.series.iter().enumerate() {
            let label = text::shorten(&series.name, size, widest);
            canvas.upright((middle(column) + 4.0, top + widest + 4.0), &label, LABEL, Ink::Text);
        }
    }
    top + widest + 10.0
}

/// The values that the colours run over: from zero where zero is near.
fn range(plot: &Plot) -> (f64, f64) {
    if plot.is_by_distance {
        let has_negative = plot.all_values().any(|value| value < 0.0);
        return (if has_negative { -1.0 } else { 0.0 }, 1.0);
    }
    let (low, high) =
        plot.all_values().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), value| (a.min(value), b.max(value)));
    if low >= 0.0 && low < high * 0.4 { (0.0, high) } else { (low, high) }
}

/// The colours from least to most.
fn key(canvas: &mut Canvas, plot: &Plot, (left, top): (f64, f64), (low, high): (f64, f64)) -> f64 {
    if low > high {
        return top;
    }
    let size = f64::from(SMALL);
    let swatch = if canvas.is_narrow() { 6.0 } else { 14.0 };
    let falls = (0..N_HEAT).rev().map(Ink::Fall).filter(|_| plot.is_by_distance && low < 0.0);
    let inks: Vec<Ink> = falls.chain((0..N_HEAT).map(Ink::Heat)).collect();
    let [low, high] = [low, high]
        .map(|end| if plot.is_by_distance { number::coefficient(end) } else { number::number(end, plot.y_unit) });
    let used = text::width(&low, size) + text::width(&high, size) + swatch * inks.len() as f64 + 12.0;
    let title = text::shorten(&plot.y_label, size, (canvas.width - left - used - 12.0).max(0.0));
    let baseline = top + 9.0;
    canvas.text((left, baseline), &title, SMALL, Anchor::Start, Ink::Muted);
    let mut x = left + text::width(&title, size) + 12.0;
    canvas.text((x, baseline), &low, SMALL, Anchor::Start, Ink::Muted);
    x += text::width(&low, size) + 6.0;
    for ink in inks {
        canvas.rect((x, top), (swatch, 10.0), ink);
        x += swatch;
    }
    canvas.text((x + 6.0, baseline), &high, SMALL, Anchor::Start, Ink::Muted);
    top + 16.0
}
