//! The font that PNG and PDF carry, so that they look the same wherever they are made: `DejaVu` Sans, and its bold.
//!
//! In: a line of text, in any script. Out: its glyphs from left to right, with their places in ems: kerned, joined as Arabic
//! is, and in the order in which mixed directions are read. What `DejaVu` has no glyph for (Chinese, Japanese, Korean) is a
//! box.

use std::io::Read;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use flate2::read::GzDecoder;
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, OutlineGlyphs, PathSink};
use harfrust::{Buffer, ClusterLevel, Direction, Font, GlyphId, ShapeOptions, ShaperFont, shape};
use unicode_bidi::{BidiInfo, Level};

use crate::Error;

static REGULAR: LazyLock<Option<Face>> = LazyLock::new(|| Face::read(include_bytes!("fonts/DejaVuSans.ttf.gz")));
static BOLD: LazyLock<Option<Face>> = LazyLock::new(|| Face::read(include_bytes!("fonts/DejaVuSans-Bold.ttf.gz")));

/// A font, read.
pub(crate) struct Face {
    bytes: Arc<Vec<u8>>,
    font: Font,
}

/// A glyph at its place, in ems from the line's start and up from its baseline.
pub(crate) struct Glyph<'a> {
    pub(crate) id: u16,
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// What it stands for; empty where the glyph before it stands for that too.
    pub(crate) text: &'a str,
}

/// A line of text, laid out.
pub(crate) struct Line<'a> {
    pub(crate) glyphs: Vec<Glyph<'a>>,
    /// Its width in ems.
    pub(crate) width: f64,
}

/// What a PDF says about a font, in ems.
pub(crate) struct Measures {
    pub(crate) ascent: f64,
    pub(crate) descent: f64,
    pub(crate) cap_height: f64,
    /// Left, bottom, right, top of all glyphs.
    pub(crate) bounds: [f64; 4],
}

impl Face {
    pub(crate) fn of(is_bold: bool) -> Result<&'static Self, Error> {
        let face = if is_bold { &BOLD } else { &REGULAR };
        face.as_ref().ok_or_else(|| Error::encoding("its font cannot be read"))
    }

    fn read(compressed: &[u8]) -> Option<Self> {
        let mut bytes = Vec::new();
        GzDecoder::new(compressed).read_to_end(&mut bytes).ok()?;
        let bytes = Arc::new(bytes);
        let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::<Vec<u8>>::clone(&bytes);
        Some(Self { bytes, font: Font::new(shared, 0)? })
    }

    /// The font's file.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn line<'a>(&self, text: &'a str) -> Result<Line<'a>, Error> {
        let shaper = ShaperFont::new(&self.font);
        let mut line = Line { glyphs: Vec::new(), width: 0.0 };
        let order = BidiInfo::new(text, Some(Level::ltr()));
        for paragraph in &order.paragraphs {
            let (levels, runs) = order.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let is_leftward = levels.get(run.start).is_some_and(Level::is_rtl);
                self.add_run(&mut line, &shaper, &text[run], is_leftward)?;
            }
        }
        Ok(line)
    }

    /// Adds a run of one direction.
    fn add_run<'a>(
        &self,
        line: &mut Line<'a>,
        shaper: &ShaperFont<'_, '_>,
        text: &'a str,
        is_leftward: bool,
    ) -> Result<(), Error> {
        let mut buffer = Buffer::new();
        // A mark keeps apart from its letter, so that a text copied out of a PDF has both.
        buffer.set_cluster_level(ClusterLevel::MonotoneCharacters);
        buffer.push_str(text);
        buffer.set_direction(if is_leftward { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        shape(shaper, &mut buffer, ShapeOptions::new()).map_err(|error| Error::encoding(&error.to_string()))?;

        let mut starts: Vec<usize> = buffer.glyph_infos().iter().map(|glyph| glyph.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut last = None;
        for (glyph, place) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let start = glyph.cluster as usize;
            let range = if last == Some(start) { 0..0 } else { cluster(&starts, start, text.len()) };
            last = Some(start);
            line.glyphs.push(Glyph {
                id: u16::try_from(glyph.glyph_id).unwrap_or(0),
                x: line.width + self.ems(place.x_offset),
                y: self.ems(place.y_offset),
                text: text.get(range).unwrap_or_default(),
            });
            line.width += self.ems(place.x_advance);
        }
        Ok(())
    }

    fn ems(&self, units: impl Into<f64>) -> f64 {
        units.into() / f64::from(self.font.units_per_em())
    }

    /// How far a glyph moves the pen by itself, in ems.
    pub(crate) fn advance(&self, glyph: u16) -> f64 {
        self.ems(self.font.glyph_metrics().h_advance(GlyphId::from(glyph)))
    }

    /// The outlines of its glyphs.
    pub(crate) fn outlines(&self) -> Outlines<'_> {
        Outlines(self.font.outline_glyphs())
    }

    pub(crate) fn measures(&self) -> Measures {
        let (metrics, bounds) = (self.font.metrics(), self.font.metrics().bounds);
        let line = metrics.h_line();
        Measures {
            ascent: line.map_or(0.0, |line| self.ems(line.ascender.to_f64())),
            descent: line.map_or(0.0, |line| self.ems(line.descender.to_f64())),
            cap_height: metrics.cap_height.map_or(0.0, |height| self.ems(height.to_f64())),
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|side| self.ems(side.to_f64())),
        }
    }
}

/// The bytes of the text that belong together from `start` on.
fn cluster(starts: &[usize], start: usize, end: usize) -> Range<usize> {
    let next = starts.partition_point(|&other| other <= start);
    start..starts.get(next).copied().unwrap_or(end)
}

/// The shapes of a font's glyphs.
pub(crate) struct Outlines<'a>(OutlineGlyphs<'a>);

impl Outlines<'_> {
    /// Draws a glyph `size` pixels high, upwards from its place.
    pub(crate) fn draw(&self, glyph: u16, size: f64, sink: &mut dyn PathSink) {
        let options = DrawOptions::new().with_ppem(Some(size as f32));
        if let Some(outline) = self.0.get(GlyphId::from(glyph)) {
            // A glyph of our own font cannot be broken.
            let _ = outline.draw(&options, DrawMemory::Scratch, sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line<'_> {
        Face::of(false).unwrap().line(text).unwrap()
    }

    fn order(text: &str) -> Vec<&str> {
        line(text).glyphs.iter().map(|glyph| glyph.text).collect()
    }

    #[test]
    fn text_is_kerned_and_has_the_width_of_its_glyphs() {
        let face = Face::of(false).unwrap();
        let alone = |text: &str| line(text).glyphs.iter().map(|glyph| face.advance(glyph.id)).sum::<f64>();
        assert!((line("Gold").width - alone("Gold")).abs() < 1e-9);
        assert!(line("AVAVAV").width < alone("AVAVAV") - 0.1);
        assert!(Face::of(true).unwrap().line("Gold").unwrap().width > line("Gold").width);
        assert!(line("").glyphs.is_empty());
    }

    #[test]
    fn a_layout_knows_how_wide_texts_are_at_most() {
        for text in ["Customers by card (only customers with Card = Gold)", "$80K - $120K", "Closure rate, 18.1 %"] {
            let (told, drawn) = (super::super::text::width(text, 12.0), line(text).width * 12.0);
            assert!(drawn <= told && told < drawn * 1.2, "{text}: {told} for {drawn}");
        }
    }

    #[test]
    fn glyphs_stand_as_they_are_read() {
        assert_eq!(order("ab 1"), ["a", "b", " ", "1"]);
        // From right to left, but for the figures, and joined: other shapes than alone.
        assert_eq!(order("سمك 12"), ["1", "2", " ", "ك", "م", "س"]);
        let (alone, joined) = (line("م").glyphs[0].id, line("سمك").glyphs[1].id);
        assert_ne!(alone, joined);
        assert_eq!(order("Card = שלום"), ["C", "a", "r", "d", " ", "=", " ", "ם", "ו", "ל", "ש"]);
    }

    #[test]
    fn each_letter_is_told_once() {
        for text in ["office", "e\u{301}te\u{301}", "\u{2029}a\u{2029}b", "カード", "a\u{200b}b"] {
            assert_eq!(order(text).concat(), text);
        }
        // What the font lacks is a box.
        assert_eq!(line("カ").glyphs[0].id, 0);
    }
}
