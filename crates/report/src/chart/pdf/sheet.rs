//! The content of one page: marks as operators.
//!
//! In: layers of marks, whose coordinates go down from their own origin. Out: the page's content, whose coordinates go up.
//! Invariant: what one layer sets holds for no other.

use pdf_writer::types::LineJoinStyle;
use pdf_writer::{Content, Name, TextStr};

use super::Layer;
use super::font::Embedded;
use crate::Error;
use crate::chart::palette::{Ink, Theme};
use crate::chart::scene::{Mark, Point, RIM, Text};

/// The graphics state in which areas are filled.
pub(super) const TRANSLUCENT: Name<'_> = Name(b"T");

/// How far a cubic curve's handles reach in a quarter of a circle of radius 1.
const QUARTER: f32 = 0.552_285;

/// What the page shows, and the glyphs that it takes.
pub(super) struct Sheet<'f> {
    content: Content,
    theme: Theme,
    fonts: &'f mut [Embedded; 2],
    height: f64,
}

impl<'f> Sheet<'f> {
    /// An empty page of a size.
    pub(super) fn new(theme: Theme, fonts: &'f mut [Embedded; 2], (width, height): Point) -> Self {
        let mut sheet = Self { content: Content::new(), theme, fonts, height };
        sheet.set_fill(Ink::Surface);
        sheet.content.rect(0.0, 0.0, width as f32, height as f32).fill_nonzero();
        sheet
    }

    /// The page's content.
    pub(super) fn finish(self) -> Vec<u8> {
        self.content.finish().to_vec()
    }

    pub(super) fn draw(&mut self, layer: &Layer<'_>) -> Result<(), Error> {
        let scale = layer.scale as f32;
        self.content.save_state();
        // From the layer's coordinates, which go down, to the page's, which go up.
        self.content.transform([scale, 0.0, 0.0, -scale, short(layer.at.0), short(self.height - layer.at.1)]);
        self.content.set_line_join(LineJoinStyle::RoundJoin);
        for mark in layer.marks {
            self.mark(mark)?;
        }
        self.content.restore_state();
        Ok(())
    }

    fn mark(&mut self, mark: &Mark) -> Result<(), Error> {
        match mark {
            Mark::Tip(_) | Mark::EndTip => {}
            Mark::Rect { corner, size, ink } => {
                self.set_fill(*ink);
                self.content.rect(short(corner.0), short(corner.1), short(size.0), short(size.1)).fill_nonzero();
            }
            Mark::Line { from, to, width, ink } => {
                self.set_stroke(*width, *ink);
                self.path(&[*from, *to]).stroke();
            }
            Mark::Dot { center, radius, ink } => {
                self.set_fill(*ink);
                self.set_stroke(RIM, Ink::Surface);
                self.circle(*center, *radius);
                self.content.fill_nonzero_and_stroke();
            }
            Mark::Polyline { points, width, ink } => {
                self.set_stroke(*width, *ink);
                self.path(points).stroke();
            }
            Mark::Area { outline, ink } => {
                self.content.save_state().set_parameters(TRANSLUCENT);
                self.set_fill(*ink);
                self.path(outline).close_path().fill_nonzero().restore_state();
            }
            Mark::Text(text) => self.text(text)?,
        }
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Result<(), Error> {
        self.set_fill(text.ink);
        let font = &mut self.fonts[usize::from(text.is_bold)];
        let (line, size) = (font.face().line(&text.content)?, f64::from(text.size));
        let start = -line.width * text.anchor.share_before();
        let is_told = font.keep(&line.glyphs) == text.content;
        if !is_told {
            let mut span = self.content.begin_marked_content_with_properties(Name(b"Span"));
            span.properties().actual_text(TextStr(&text.content));
        }
        self.content.begin_text().set_font(font.name(), text.size as f32);
        // Marks may stand above or below the line; what lies on one height is shown at once.
        for run in line.glyphs.chunk_by(|a, b| a.y == b.y) {
            let (along, up) = ((start + run[0].x) * size, run[0].y * size);
            self.content.set_text_matrix(if text.is_upright {
                [0.0, -1.0, -1.0, 0.0, short(text.at.0 - up), short(text.at.1 - along)]
            } else {
                [1.0, 0.0, 0.0, -1.0, short(text.at.0 + along), short(text.at.1 - up)]
            });
            font.show(&mut self.content, run);
        }
        self.content.end_text();
        if !is_told {
            self.content.end_marked_content();
        }
        Ok(())
    }

    fn path(&mut self, points: &[Point]) -> &mut Content {
        for (index, (x, y)) in points.iter().enumerate() {
            match index {
                0 => self.content.move_to(short(*x), short(*y)),
                _ => self.content.line_to(short(*x), short(*y)),
            };
        }
        &mut self.content
    }

    fn circle(&mut self, (x, y): Point, radius: f64) {
        let (x, y, r) = (x as f32, y as f32, radius as f32);
        let reach = r * QUARTER;
        self.content
            .move_to(x + r, y)
            .cubic_to(x + r, y + reach, x + reach, y + r, x, y + r)
            .cubic_to(x - reach, y + r, x - r, y + reach, x - r, y)
            .cubic_to(x - r, y - reach, x - reach, y - r, x, y - r)
            .cubic_to(x + reach, y - r, x + r, y - reach, x + r, y)
            .close_path();
    }

    fn set_fill(&mut self, ink: Ink) {
        let (r, g, b) = self.theme.rgb(ink);
        self.content.set_fill_rgb(share(r), share(g), share(b));
    }

    fn set_stroke(&mut self, width: f64, ink: Ink) {
        let (r, g, b) = self.theme.rgb(ink);
        self.content.set_line_width(short(width)).set_stroke_rgb(share(r), share(g), share(b));
    }
}

/// A coordinate, to a hundredth of a point.
fn short(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}

fn share(channel: u8) -> f32 {
    (f32::from(channel) / f32::from(u8::MAX) * 1000.0).round() / 1000.0
}
