//! Ink on a scene: the few strokes that charts are made of.
//!
//! Coordinates are CSS pixels, from the top left. Nothing is drawn where a coordinate is not finite.

use super::palette::{Ink, Theme};
use super::plot::Plot;
pub(crate) use super::scene::Anchor;
use super::scene::{Mark, Point, Scene, Text};
use super::text;
use crate::plain;

/// Size of labels, and of ticks and values.
pub(crate) const LABEL: u32 = 12;
pub(crate) const SMALL: u32 = 11;

/// Below this width a picture is laid out for a phone.
const NARROW: f64 = 500.0;

/// A picture that grows downwards while it is drawn.
pub(crate) struct Canvas {
    pub(crate) width: f64,
    theme: Theme,
    marks: Vec<Mark>,
}

impl Canvas {
    pub(crate) fn new(width: f64, theme: Theme) -> Self {
        Self { width, theme, marks: Vec::new() }
    }

    /// The finished picture, `height` high.
    pub(crate) fn finish(self, height: f64) -> Scene {
        Scene { width: self.width, height: height.ceil(), margin: 0.0, theme: self.theme, marks: self.marks }
    }

    pub(crate) fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// Opens a group of marks whose text appears when the pointer rests on it.
    pub(crate) fn tip(&mut self, text: &str) {
        self.marks.push(Mark::Tip(plain::printable(text)));
    }

    pub(crate) fn end_tip(&mut self) {
        self.marks.push(Mark::EndTip);
    }

    pub(crate) fn rect(&mut self, corner: Point, size: Point, ink: Ink) {
        let (x, width) = if size.0 < 0.0 { (corner.0 + size.0, -size.0) } else { (corner.0, size.0) };
        let (y, height) = if size.1 < 0.0 { (corner.1 + size.1, -size.1) } else { (corner.1, size.1) };
        if are_finite(&[(x, y), (width, height)]) {
            self.marks.push(Mark::Rect { corner: (x, y), size: (width, height), ink });
        }
    }

    pub(crate) fn line(&mut self, from: Point, to: Point, width: f64, ink: Ink) {
        if are_finite(&[from, to]) {
            self.marks.push(Mark::Line { from, to, width, ink });
        }
    }

    /// A dot with a rim in the colour of the background, which keeps it apart from the line below it.
    pub(crate) fn dot(&mut self, center: Point, radius: f64, ink: Ink) {
        if are_finite(&[center]) {
            self.marks.push(Mark::Dot { center, radius, ink });
        }
    }

    pub(crate) fn polyline(&mut self, points: Vec<Point>, width: f64, ink: Ink) {
        if points.len() > 1 && are_finite(&points) {
            self.marks.push(Mark::Polyline { points, width, ink });
        }
    }

    /// A translucent area between an upper and a lower edge of the same points.
    pub(crate) fn area(&mut self, outline: Vec<Point>, ink: Ink) {
        if outline.len() > 2 && are_finite(&outline) {
            self.marks.push(Mark::Area { outline, ink });
        }
    }

    pub(crate) fn text(&mut self, at: Point, text: &str, size: u32, anchor: Anchor, ink: Ink) {
        self.add(Text { at, content: plain::printable(text), size, anchor, ink, is_bold: false, is_upright: false });
    }

    pub(crate) fn bold(&mut self, at: Point, text: &str, size: u32, ink: Ink) {
        let (content, anchor) = (plain::printable(text), Anchor::Start);
        self.add(Text { at, content, size, anchor, ink, is_bold: true, is_upright: false });
    }

    /// A text that reads upwards from its point.
    pub(crate) fn upright(&mut self, at: Point, text: &str, size: u32, ink: Ink) {
        let (content, anchor) = (plain::printable(text), Anchor::Start);
        self.add(Text { at, content, size, anchor, ink, is_bold: false, is_upright: true });
    }

    fn add(&mut self, text: Text) {
        if are_finite(&[text.at]) && !text.content.is_empty() {
            self.marks.push(Mark::Text(text));
        }
    }

    /// Wrapped lines from a first baseline; gives the baseline after the last.
    pub(crate) fn paragraph(&mut self, at: Point, lines: &[String], size: u32, anchor: Anchor, ink: Ink) -> f64 {
        let mut baseline = at.1;
        for line in lines {
            self.text((at.0, baseline), line, size, anchor, ink);
            baseline += line_height(size);
        }
        baseline
    }

    /// The legend of a chart with several series, below `top`; gives where it ends.
    pub(crate) fn legend(&mut self, plot: &Plot, top: f64) -> f64 {
        if plot.series.len() < 2 {
            return top;
        }
        let (mut x, mut y) = (0.0, top + 10.0);
        if !plot.series_label.is_empty() {
            let label = text::shorten(&plot.series_label, f64::from(LABEL), self.width / 2.0);
            self.text((x, y), &label, LABEL, Anchor::Start, Ink::Muted);
            x += text::width(&label, f64::from(LABEL)) + 14.0;
        }
        for (index, series) in plot.series.iter().enumerate() {
            let name = text::shorten(&series.name, f64::from(LABEL), self.width - 20.0);
            let room = text::width(&name, f64::from(LABEL)) + 16.0;
            if x > 0.0 && x + room > self.width {
                (x, y) = (0.0, y + 18.0);
            }
            self.rect((x, y - 9.5), (11.0, 11.0), plot.series_ink(index));
            self.text((x + 16.0, y), &name, LABEL, Anchor::Start, Ink::Text);
            x += room + 16.0;
        }
        y + 14.0
    }
}

/// The distance between baselines.
pub(crate) fn line_height(size: u32) -> f64 {
    f64::from(size) * 1.25
}

fn are_finite(points: &[Point]) -> bool {
    points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
}
