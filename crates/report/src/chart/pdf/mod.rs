//! A scene as PDF: one page, a point for each of the scene's pixels.
//!
//! In: a scene in a theme with a background, and its title. Out: the file. Text stays text: it can be searched and copied, and
//! its glyphs are embedded. Invariant: the same scene gives the same bytes.

mod font;

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::LineJoinStyle;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use self::font::Embedded;
use super::palette::{Ink, Theme};
use super::scene::{AREA_OPACITY, Mark, Point, RIM, Scene, Text};
use crate::Error;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
/// The first of the fonts' objects.
const FONTS: i32 = 6;

/// The graphics state in which areas are filled.
const TRANSLUCENT: Name<'_> = Name(b"T");

/// How far a cubic curve's handles reach in a quarter of a circle of radius 1.
const QUARTER: f32 = 0.552_285;

pub(crate) fn encode(scene: &Scene, title: &str) -> Result<Vec<u8>, Error> {
    let (width, height) = scene.full_size();
    let (width, height, margin) = (width as f32, height as f32, scene.margin as f32);
    let mut sheet =
        Sheet { content: Content::new(), theme: scene.theme, fonts: [Embedded::new(false)?, Embedded::new(true)?] };
    sheet.set_fill(Ink::Surface);
    sheet.content.rect(0.0, 0.0, width, height).fill_nonzero();
    // From the scene's coordinates, which go down, to the page's, which go up.
    sheet.content.transform([1.0, 0.0, 0.0, -1.0, margin, height - margin]);
    sheet.content.set_line_join(LineJoinStyle::RoundJoin);
    for mark in &scene.marks {
        sheet.draw(mark)?;
    }

    let mut pdf = Pdf::new();
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr("en"));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.finish();
    pdf.document_info(INFO).title(TextStr(title));
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut page = pdf.page(PAGE);
    page.parent(PAGES).media_box(Rect::new(0.0, 0.0, width, height)).contents(CONTENT);
    let mut resources = page.resources();
    resources
        .ext_g_states()
        .insert(TRANSLUCENT)
        .start::<pdf_writer::writers::ExtGraphicsState<'_>>()
        .non_stroking_alpha(AREA_OPACITY as f32);
    let used = sheet.fonts.iter().filter(|font| font.is_used());
    let mut next = Ref::new(FONTS);
    let places: Vec<(&Embedded, font::Places)> = used.map(|font| (font, font::Places::from(&mut next))).collect();
    let mut names = resources.fonts();
    for (font, places) in &places {
        names.pair(font.name(), places.root);
    }
    names.finish();
    resources.finish();
    page.finish();
    pdf.stream(CONTENT, &compressed(&sheet.content.finish())?).filter(Filter::FlateDecode);
    for (font, places) in places {
        font.write(&mut pdf, &places)?;
    }
    Ok(pdf.finish())
}

/// What the page shows, and the glyphs that it takes.
struct Sheet {
    content: Content,
    theme: Theme,
    fonts: [Embedded; 2],
}

impl Sheet {
    fn draw(&mut self, mark: &Mark) -> Result<(), Error> {
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

/// A stream's bytes as the file holds them.
fn compressed(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|error| Error::encoding(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;

    use super::super::scene::Anchor;
    use super::*;

    fn encoded() -> Vec<u8> {
        let text = |content: &str, is_bold, is_upright| {
            let (at, content, anchor, ink) = ((10.0, 20.0), content.to_owned(), Anchor::End, Ink::Muted);
            Mark::Text(Text { at, content, size: 12, anchor, ink, is_bold, is_upright })
        };
        let points = vec![(0.0, 0.0), (10.0, 5.0), (20.0, 0.0)];
        let marks = vec![
            Mark::Rect { corner: (1.0, 2.0), size: (3.0, 4.0), ink: Ink::Axis },
            Mark::Tip("a".to_owned()),
            Mark::Dot { center: (10.0, 10.0), radius: 4.0, ink: Ink::Axis },
            Mark::EndTip,
            Mark::Polyline { points: points.clone(), width: 2.25, ink: Ink::Axis },
            Mark::Area { outline: points, ink: Ink::Axis },
            text("HH", false, false),
            text("H", false, true),
            text("H", true, false),
            text("年", false, false),
        ];
        let scene = Scene { width: 60.0, height: 40.0, margin: 5.0, theme: Theme::Light, marks };
        encode(&scene, "A title (of two)").unwrap()
    }

    /// The first stream: what the page shows.
    fn content(file: &[u8]) -> String {
        let find = |what: &[u8]| file.windows(what.len()).position(|part| part == what).unwrap() + what.len();
        let mut text = String::new();
        ZlibDecoder::new(&file[find(b"stream\n")..]).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_page_has_every_mark() {
        let file = encoded();
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains("/MediaBox [0 0 70 50]") && text.contains("/Title (A title (of two))"), "{text}");
        // Two fonts, of which each is embedded once.
        assert_eq!(text.matches("/FontFile2").count(), 2);
        assert!(text.contains("/ca 0.16"), "{text}");

        let page = content(&file);
        assert!(page.contains("1 0 0 -1 5 45 cm"), "{page}");
        assert!(page.contains("1 2 3 4 re\nf"), "{page}");
        assert!(page.contains("2.25 w") && page.contains("0 0 m\n10 5 l\n20 0 l\nS"), "{page}");
        assert!(page.contains("/T gs") && page.contains("10 5 l\n20 0 l\nh\nf\nQ"), "{page}");
        assert_eq!(page.matches(" c\n").count(), 4, "{page}");
        assert_eq!((page.matches("/R 12 Tf").count(), page.matches("/B 12 Tf").count()), (3, 1), "{page}");
        // An H is 0.752 ems wide.
        assert!(page.contains("1 0 0 -1 -8.05 20 Tm") && page.contains("0 -1 -1 0 10 29.02 Tm"), "{page}");
        // The sign that the font lacks is a box to the eye only.
        assert_eq!(page.matches("/Span").count(), 1, "{page}");
        assert!(page.contains("/ActualText") && page.contains("EMC"), "{page}");
    }

    #[test]
    fn the_same_scene_gives_the_same_bytes() {
        assert!(encoded() == encoded());
    }
}
