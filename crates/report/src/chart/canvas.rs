//! Ink on kuva's scene: the few strokes that charts are made of.
//!
//! Coordinates are CSS pixels, from the top left. Nothing is drawn where a coordinate is not finite.

use std::fmt::Write;

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor, TextSpan};

use super::palette::{Ink, Theme};
use super::plot::Plot;
use super::text;
use crate::plain;

/// Size of labels, and of ticks and values.
pub(crate) const LABEL: u32 = 12;
pub(crate) const SMALL: u32 = 11;

/// Below this width a picture is laid out for a phone.
const NARROW: f64 = 500.0;

/// Where a text starts from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture that grows downwards while it is drawn.
pub(crate) struct Canvas {
    pub(crate) width: f64,
    theme: Theme,
    scene: Scene,
}

impl Canvas {
    pub(crate) fn new(width: f64, theme: Theme) -> Self {
        let mut scene = Scene::new(width, 0.0);
        scene.background_color = theme.background();
        scene.text_color = Some(theme.color(Ink::Text).to_svg_string());
        Self { width, theme, scene }
    }

    /// The finished picture, `height` high.
    pub(crate) fn finish(mut self, height: f64) -> Scene {
        self.scene.height = height.ceil();
        self.scene
    }

    pub(crate) fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// Opens a group of marks whose text appears when the pointer rests on it.
    pub(crate) fn tip(&mut self, text: &str) {
        // Not `Scene::add`, which would put hover rules for the whole page into the picture.
        self.scene.elements.push(Primitive::GroupStart {
            transform: None,
            title: Some(plain::printable(text)),
            extra_attrs: Some("class=\"m\"".to_owned()),
        });
    }

    pub(crate) fn end_tip(&mut self) {
        self.scene.elements.push(Primitive::GroupEnd);
    }

    pub(crate) fn rect(&mut self, corner: (f64, f64), size: (f64, f64), ink: Ink) {
        let (x, width) = if size.0 < 0.0 { (corner.0 + size.0, -size.0) } else { (corner.0, size.0) };
        let (y, height) = if size.1 < 0.0 { (corner.1 + size.1, -size.1) } else { (corner.1, size.1) };
        if [x, y, width, height].iter().all(|value| value.is_finite()) {
            let fill = self.theme.color(ink);
            self.scene.elements.push(Primitive::Rect {
                x,
                y,
                width,
                height,
                fill,
                stroke: None,
                stroke_width: None,
                opacity: None,
            });
        }
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke_width: f64, ink: Ink) {
        if [from.0, from.1, to.0, to.1].iter().all(|value| value.is_finite()) {
            let stroke = self.theme.color(ink);
            self.scene.elements.push(Primitive::Line {
                x1: from.0,
                y1: from.1,
                x2: to.0,
                y2: to.1,
                stroke,
                stroke_width,
                stroke_dasharray: None,
            });
        }
    }

    /// A dot with a rim in the colour of the background, which keeps it apart from the line below it.
    pub(crate) fn dot(&mut self, center: (f64, f64), radius: f64, ink: Ink) {
        if center.0.is_finite() && center.1.is_finite() {
            self.scene.elements.push(Primitive::Circle {
                cx: center.0,
                cy: center.1,
                r: radius,
                fill: self.theme.color(ink),
                fill_opacity: None,
                stroke: Some(self.theme.color(Ink::Surface)),
                stroke_width: Some(1.5),
            });
        }
    }

    pub(crate) fn polyline(&mut self, points: Vec<(f64, f64)>, stroke_width: f64, ink: Ink) {
        if points.len() > 1 {
            let stroke = self.theme.color(ink);
            self.scene.elements.push(Primitive::PolyLine { points, stroke, stroke_width, stroke_dasharray: None });
        }
    }

    /// A translucent area between an upper and a lower edge of the same points.
    pub(crate) fn area(&mut self, outline: &[(f64, f64)], ink: Ink) {
        if outline.len() < 3 {
            return;
        }
        let mut d = String::new();
        for (index, (x, y)) in outline.iter().enumerate() {
            d.push_str(if index == 0 { "M" } else { "L" });
            let _ = write!(d, "{x:.1} {y:.1}");
        }
        d.push('Z');
        self.scene.elements.push(Primitive::Path(Box::new(PathData {
            d,
            fill: Some(self.theme.color(ink)),
            stroke: Color::None,
            stroke_width: 0.0,
            opacity: Some(0.16),
            stroke_dasharray: None,
        })));
    }

    pub(crate) fn text(&mut self, at: (f64, f64), text: &str, size: u32, anchor: Anchor, ink: Ink) {
        self.span(at, TextSpan::plain(plain::printable(text)), size, anchor, ink);
    }

    pub(crate) fn bold(&mut self, at: (f64, f64), text: &str, size: u32, ink: Ink) {
        let mut span = TextSpan::plain(plain::printable(text));
        span.bold = true;
        self.span(at, span, size, Anchor::Start, ink);
    }

    // Why not `Primitive::Text`: it reads `$40K - $60K` as a formula between dollars, and PNGs lose its bold.
    fn span(&mut self, at: (f64, f64), span: TextSpan, size: u32, anchor: Anchor, ink: Ink) {
        if at.0.is_finite() && at.1.is_finite() && !span.text.is_empty() {
            // The text colour is the picture's own; naming it again would only be weight.
            let color = (ink != Ink::Text).then(|| self.theme.color(ink));
            let spans = vec![span];
            self.scene.elements.push(Primitive::RichText {
                x: at.0,
                y: at.1,
                spans,
                size,
                anchor: anchor.into(),
                color,
            });
        }
    }

    /// A text that reads upwards, ending at its point.
    pub(crate) fn upright(&mut self, at: (f64, f64), text: &str, size: u32, ink: Ink) {
        self.scene.elements.push(Primitive::Text {
            x: at.0,
            y: at.1,
            // Each dollar is escaped, since a pair of them would enclose a formula.
            content: plain::printable(text).replace('$', "\\$"),
            size,
            anchor: TextAnchor::Start,
            rotate: Some(-90.0),
            bold: false,
            color: Some(self.theme.color(ink)),
        });
    }

    /// Wrapped lines from a first baseline; gives the baseline after the last.
    pub(crate) fn paragraph(&mut self, at: (f64, f64), lines: &[String], size: u32, anchor: Anchor, ink: Ink) -> f64 {
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

impl From<Anchor> for TextAnchor {
    fn from(anchor: Anchor) -> Self {
        match anchor {
            Anchor::Start => Self::Start,
            Anchor::Middle => Self::Middle,
            Anchor::End => Self::End,
        }
    }
}
