//! Charts in text: blocks, whiskers and braille, no colour.
//!
//! In: a plot and the terminal's width in columns. Out: lines no wider than that, each ending in a newline.

use catalog::ChartKind;
use insight::Answer;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::lines;
use super::plot::{Plot, Series};
use super::scale::Scale;
use super::small_multiples::{MOST_PANELS, rows};
use crate::{Error, number, plain};

/// Curves over fewer places than this are clearer as bars.
const MOST_BARS: usize = 7;

/// More rows than this are left to the table.
const MOST_ROWS: usize = 40;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Fills that stay apart without colour.
const FILLS: [char; 6] = ['█', '░', '▓', '▒', '╳', '·'];

/// The chart as text.
pub fn terminal(answer: &Answer, width: usize) -> Result<String, Error> {
    Ok(draw(&Plot::of(answer)?, width))
}

/// The chart of a plot as text.
pub(crate) fn draw(plot: &Plot, width: usize) -> String {
    let width = width.clamp(30, 160);
    if plot.categories.is_empty() || plot.all_values().next().is_none() {
        return "No data to draw\n".to_owned();
    }
    let lines = match plot.kind {
        ChartKind::Line if plot.series.len() == 1 && plot.categories.len() > 2 => curve(plot, width),
        ChartKind::Line if plot.categories.len() > MOST_BARS => sparks(plot, width),
        ChartKind::Heatmap => grid(plot, width),
        ChartKind::StackedBar => stacks(plot, width),
        ChartKind::Box => boxes(plot, width),
        ChartKind::SmallMultiples => multiples(plot, width),
        _ => bars(plot, width),
    };
    lines.into_iter().map(|line| clip(&plain::printable(line.trim_end()), width) + "\n").collect()
}

/// One line a mark: label, bar or whisker, value.
fn bars(plot: &Plot, width: usize) -> Vec<String> {
    let n_series = plot.series.len();
    let n_rows = plot.categories.len().min(MOST_ROWS);
    let label_room = label_room(plot, width * 2 / 5);
    let name_room =
        if n_series > 1 { widest(plot.series.iter().map(|series| series.name.as_str())).min(width / 5) } else { 0 };
    let value = |series: &Series, row: usize| {
        series.values[row].map_or_else(|| number::MISSING.to_owned(), |value| number::number(value, plot.y_unit))
    };
    let values: Vec<String> = plot.series.iter().flat_map(|series| (0..n_rows).map(|row| value(series, row))).collect();
    let value_room = widest(values.iter().map(String::as_str));
    let used = 1 + label_room + 1 + if name_room > 0 { name_room + 1 } else { 0 } + 1 + value_room;
    let room = width.saturating_sub(used).max(6);
    let scale = Scale::covering(plot.all_values().chain([0.0]), 5);
    // Bars may use the whole room; only whiskers need the axis to end on round values.
    let scale = if plot.kind == ChartKind::Interval { scale } else { tight(plot, scale) };

    let mut lines = vec![format!(" {} {}", pad(&plot.x_label, label_room), plot.y_title(scale.low))];
    for row in 0..n_rows {
        for (index, series) in plot.series.iter().enumerate() {
            let label = if index == 0 { plot.categories[row].label.as_str() } else { "" };
            let name = if name_room > 0 { pad(&series.name, name_room) + " " } else { String::new() };
            let mark = match (plot.kind, series.values[row], series.intervals[row]) {
                (ChartKind::Interval, Some(value), Some(ends)) => whisker(scale, room, value, ends),
                (ChartKind::Interval, Some(value), None) => whisker(scale, room, value, (value, value)),
                (_, Some(value), _) => bar(scale, room, value),
                (_, None, _) => String::new(),
            };
            lines.push(format!(" {} {name}{mark} {}", pad(label, label_room), value(series, row)));
        }
    }
    lines.extend(left_out(plot.categories.len(), n_rows));
    lines
}

/// The rows of one series below those of the other, all on one scale.
fn multiples(plot: &Plot, width: usize) -> Vec<String> {
    let n_shown = plot.series.len().min(MOST_PANELS);
    let label_room = label_room(plot, width * 2 / 5);
    let text = |value: &Option<f64>| value.map_or_else(String::new, |value| number::number(value, plot.y_unit));
    let values: Vec<String> = plot.series.iter().flat_map(|series| series.values.iter().map(text)).collect();
    let room = width.saturating_sub(label_room + 5 + widest(values.iter().map(String::as_str))).max(6);
    let scale = Scale::covering(plot.all_values().chain([0.0]), 5);
    let mut lines = vec![format!(" {}", plot.y_title(scale.low))];
    for series in &plot.series[..n_shown] {
        lines.push(format!(" {}", series.name));
        let rows = rows(series);
        for &row in rows.iter().take(MOST_ROWS) {
            let value = series.values[row].unwrap_or_default();
            let mark = match series.intervals[row] {
                Some(ends) => whisker(scale, room, value, ends),
                None => bar(scale, room, value),
            };
            let label = pad(&plot.categories[row].label, label_room);
            lines.push(format!("   {label} {mark} {}", text(&series.values[row])));
        }
        lines.extend(left_out(rows.len(), MOST_ROWS));
    }
    lines.extend(left_out(plot.series.len(), n_shown));
    lines
}

/// One line a category: a whisker from the lowest quantile to the highest, a box between the quartiles, the middle in it.
fn boxes(plot: &Plot, width: usize) -> Vec<String> {
    let n_rows = plot.categories.len().min(MOST_ROWS);
    let label_room = label_room(plot, width * 2 / 5);
    let middle = |at: usize| {
        plot.quantiles(at).map_or_else(|| number::MISSING.to_owned(), |ends| number::number(ends[2], plot.y_unit))
    };
    let values: Vec<String> = (0..n_rows).map(middle).collect();
    let room = width.saturating_sub(3 + label_room + widest(values.iter().map(String::as_str))).max(6);
    let scale = tight(plot, Scale::covering(plot.all_values().chain([0.0]), 5));
    let mut lines = vec![format!(" {} {}", pad(&plot.x_label, label_room), plot.y_label)];
    let parts = plot.box_parts().unwrap_or_default();
    lines.extend(textwrap::wrap(&parts, width - 1).iter().map(|line| format!(" {line}")));
    for (at, value) in values.iter().enumerate() {
        let mark = plot.quantiles(at).map_or_else(String::new, |ends| one_box(scale, room, ends));
        lines.push(format!(" {} {mark} {value}", pad(&plot.categories[at].label, label_room)));
    }
    lines.extend(left_out(plot.categories.len(), n_rows));
    lines
}

fn one_box(scale: Scale, room: usize, ends: [f64; 5]) -> String {
    let [low, lower, middle, upper, high] =
        ends.map(|value| (scale.position(value) * (room - 1) as f64).round() as usize);
    let mark = |column: usize| match column {
        column if column == middle => '●',
        column if (lower..=upper).contains(&column) => '█',
        column if column == low => '├',
        column if column == high => '┤',
        column if (low..=high).contains(&column) => '─',
        _ => ' ',
    };
    (0..=high.max(middle)).map(mark).collect()
}

/// An axis from zero (or the least value) to the largest value, ends not rounded.
fn tight(plot: &Plot, scale: Scale) -> Scale {
    let (low, high) = plot.all_values().fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    if low < high { Scale { low, high, ..scale } } else { scale }
}

/// A bar from zero, to an eighth of a column.
fn bar(scale: Scale, room: usize, value: f64) -> String {
    let place = |value: f64| scale.position(value) * room as f64;
    let zero = place(0.0);
    let (from, to) = (zero.min(place(value)), zero.max(place(value)));
    let eighths = ((to - from) * 8.0).round() as usize;
    let blocks = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    let blank = " ".repeat(from.round() as usize);
    // A value that is not zero never looks like zero.
    if blocks.is_empty() && value != 0.0 { blank + "▏" } else { blank + &blocks }
}

fn whisker(scale: Scale, room: usize, value: f64, (low, high): (f64, f64)) -> String {
    let place = |value: f64| (scale.position(value) * (room - 1) as f64).round() as usize;
    let (low, at, high) = (place(low), place(value), place(high));
    let mark = |column: usize| match column {
        column if column == at => '●',
        column if column == low => '├',
        column if column == high => '┤',
        column if column > low && column < high => '─',
        _ => ' ',
    };
    (0..=high.max(at)).map(mark).collect()
}

/// One line a category, split by fills.
fn stacks(plot: &Plot, width: usize) -> Vec<String> {
    let n_rows = plot.categories.len().min(MOST_ROWS);
    let label_room = label_room(plot, width * 2 / 5);
    let room = width.saturating_sub(label_room + 3).max(10);
    let total = |row: usize| -> f64 { plot.series.iter().filter_map(|series| series.values[row]).map(f64::abs).sum() };
    let most = (0..plot.categories.len()).map(total).fold(0.0, f64::max);
    let mut lines = vec![format!(" {}", plot.y_title(0.0))];
    let mut key = String::new();
    for (index, series) in plot.series.iter().enumerate() {
        let entry = format!(" {} {} ", FILLS[index % FILLS.len()], series.name);
        if key.width() + entry.width() > width {
            lines.push(std::mem::take(&mut key));
        }
        key.push_str(&entry);
    }
    lines.push(key);
    for row in 0..n_rows {
        let mut bar = String::new();
        let (mut sum, mut filled) = (0.0, 0);
        for (index, series) in plot.series.iter().enumerate() {
            sum += series.values[row].unwrap_or(0.0).abs();
            let end = if most > 0.0 { (sum / most * room as f64).round() as usize } else { 0 };
            bar.extend(std::iter::repeat_n(FILLS[index % FILLS.len()], end.saturating_sub(filled)));
            filled = end.max(filled);
        }
        lines.push(format!(" {} {bar}", pad(&plot.categories[row].label, label_room)));
    }
    lines.extend(left_out(plot.categories.len(), n_rows));
    lines
}

/// One small curve a series, with its first and last value.
fn sparks(plot: &Plot, width: usize) -> Vec<String> {
    let name_room = widest(plot.series.iter().map(|series| series.name.as_str())).min(width * 2 / 5);
    let scale = Scale::covering(plot.all_values(), 5);
    let first = plot.categories.first().map_or("", |category| category.label.as_str());
    let last = plot.categories.last().map_or("", |category| category.label.as_str());
    let mut lines = vec![format!(" {} by {}, {first} to {last}", plot.y_title(scale.low), plot.x_label.to_lowercase())];
    for series in plot.series.iter().take(MOST_ROWS) {
        let mut known = series.values.iter().flatten();
        let ends = known.next().map(|first| (*first, *known.next_back().unwrap_or(first)));
        let every = plot.categories.len().div_ceil(width.saturating_sub(name_room + 26).max(8));
        let curve: String = series.values.iter().step_by(every).map(|value| level(scale, *value)).collect();
        let ends = ends.map_or_else(String::new, |(first, last)| {
            format!("{} → {}", number::number(first, plot.y_unit), number::number(last, plot.y_unit))
        });
        lines.push(format!(" {} {curve} {ends}", pad(&series.name, name_room)));
    }
    lines
}

fn level(scale: Scale, value: Option<f64>) -> char {
    value.map_or(' ', |value| LEVELS[(scale.position(value) * 7.0).round() as usize])
}

/// A grid of values, each behind a block that is as high as it is large.
fn grid(plot: &Plot, width: usize) -> Vec<String> {
    let n_rows = plot.categories.len().min(MOST_ROWS);
    let label_room = label_room(plot, width / 4);
    let text = |value: &Option<f64>| {
        value.map_or_else(|| number::MISSING.to_owned(), |value| number::number(value, plot.y_unit))
    };
    let values: Vec<Vec<String>> =
        plot.series.iter().map(|series| series.values.iter().take(n_rows).map(text).collect()).collect();
    let room = widest(values.iter().flatten().map(String::as_str)) + 2;
    let n_columns = (width.saturating_sub(label_room + 1) / (room + 2)).min(plot.series.len()).max(1);
    let room = (width.saturating_sub(label_room + 1) / n_columns).saturating_sub(2).clamp(room.min(6), room.max(14));
    let scale = Scale::covering(plot.all_values(), 5);
    let mut lines =
        vec![format!(" {} by {} and {}", plot.y_label, plot.x_label.to_lowercase(), plot.series_label.to_lowercase())];
    let mut heads = format!(" {}", pad("", label_room));
    for series in plot.series.iter().take(n_columns) {
        heads.push_str("  ");
        heads.push_str(&pad_left(&series.name, room));
    }
    lines.push(heads);
    for row in 0..n_rows {
        let mut line = format!(" {}", pad(&plot.categories[row].label, label_room));
        for (series, values) in plot.series.iter().zip(&values).take(n_columns) {
            let cell = format!("{} {}", level(scale, series.values[row]), values[row]);
            line.push_str("  ");
            line.push_str(&pad_left(&cell, room));
        }
        lines.push(line);
    }
    if n_columns < plot.series.len() {
        lines.push(format!(" … {} more columns in the table", plot.series.len() - n_columns));
    }
    lines.extend(left_out(plot.categories.len(), n_rows));
    lines
}

/// A curve in braille, two by four dots a character.
fn curve(plot: &Plot, width: usize) -> Vec<String> {
    const ROWS: usize = 10;
    let scale = Scale::covering(lines::extent(plot).into_iter(), 4);
    let ticks = [scale.high, f64::midpoint(scale.low, scale.high), scale.low];
    let ticks = ticks.map(|value| number::tick(value, scale.step / 2.0, plot.y_unit));
    let tick_room = widest(ticks.iter().map(String::as_str));
    let columns = width.saturating_sub(tick_room + 3).max(10);
    let mut dots = vec![vec![0_u8; columns]; ROWS];
    let values = &plot.series[0].values;
    let positions = plot.numbers().unwrap_or_else(|| (0..values.len()).map(|at| at as f64).collect());
    let (low, high) = (positions[0], positions[positions.len() - 1]);
    for x in 0..columns * 2 {
        let at = low + (high - low) * x as f64 / (columns * 2 - 1) as f64;
        if let Some(value) = value_at(&positions, values, at) {
            let y = ((1.0 - scale.position(value)) * (ROWS * 4 - 1) as f64).round() as usize;
            // The braille block numbers its dots by column, with the fourth row added later.
            let bit = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]][x % 2][y % 4];
            dots[y / 4][x / 2] |= bit;
        }
    }
    let mut lines = vec![format!(" {}", plot.y_title(scale.low))];
    for (row, dots) in dots.iter().enumerate() {
        let tick = match row {
            0 => ticks[0].as_str(),
            row if row == ROWS / 2 => ticks[1].as_str(),
            row if row == ROWS - 1 => ticks[2].as_str(),
            _ => "",
        };
        let dot = |&bits: &u8| if bits == 0 { ' ' } else { char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' ') };
        let curve: String = dots.iter().map(dot).collect();
        lines.push(format!(" {}│{}", pad_left(tick, tick_room), curve));
    }
    let first = &plot.categories[0].label;
    let last = &plot.categories[plot.categories.len() - 1].label;
    let middle = columns.saturating_sub(first.width() + last.width());
    let label = clip(&plot.x_label, middle.saturating_sub(2));
    let left = middle.saturating_sub(label.width()) / 2;
    let axis =
        format!("{first}{}{label}{}{last}", " ".repeat(left), " ".repeat(middle.saturating_sub(left + label.width())));
    lines.push(format!(" {} {axis}", " ".repeat(tick_room)));
    lines
}

/// The curve's value at a place between its points.
fn value_at(positions: &[f64], values: &[Option<f64>], at: f64) -> Option<f64> {
    let right = positions.partition_point(|position| *position < at).min(positions.len() - 1);
    if positions[right] == at || right == 0 {
        return values[right];
    }
    let (left_value, right_value) = (values[right - 1], values[right]);
    let share = (at - positions[right - 1]) / (positions[right] - positions[right - 1]);
    Some(left_value? + (right_value? - left_value?) * share)
}

fn left_out(n: usize, n_shown: usize) -> Option<String> {
    (n > n_shown).then(|| format!(" … {} more in the table", n - n_shown))
}

/// The room for the categories' names and their heading.
fn label_room(plot: &Plot, most: usize) -> usize {
    let names = plot.categories.iter().take(MOST_ROWS).map(|category| category.label.as_str());
    widest(names.chain([plot.x_label.as_str()])).min(most)
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Exactly `room` columns, text to the left.
pub(crate) fn pad(text: &str, room: usize) -> String {
    let text = clip(text, room);
    let blank = room.saturating_sub(text.width());
    text + &" ".repeat(blank)
}

fn pad_left(text: &str, room: usize) -> String {
    let text = clip(text, room);
    " ".repeat(room.saturating_sub(text.width())) + &text
}

/// At most `room` columns; a cut shows as an ellipsis.
fn clip(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(c);
    }
    if room > 0 {
        kept.push('…');
    }
    kept
}
