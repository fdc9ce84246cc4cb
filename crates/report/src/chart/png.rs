//! A scene as PNG.
//!
//! In: a scene in a theme with a background. Out: the file, with no transparency. Text is drawn from the font of `font`.

use harfrust::font::glyph::outline::PathSink;
use tiny_skia::{FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

use super::font::Face;
use super::palette::{Ink, Theme};
use super::scene::{AREA_OPACITY, Mark, Point, RIM, Scene, Text};
use crate::Error;

/// The picture with `scale` pixels for each of the scene's.
pub(crate) fn encode(scene: &Scene, scale: f64) -> Result<Vec<u8>, Error> {
    let (width, height) = scene.full_size();
    let pixmap = Pixmap::new((width * scale).ceil() as u32, (height * scale).ceil() as u32)
        .ok_or_else(|| Error::encoding("the picture is too large"))?;
    let margin = scene.margin as f32;
    let at = Transform::from_scale(scale as f32, scale as f32).pre_translate(margin, margin);
    let mut sheet = Sheet { pixmap, at, theme: scene.theme };
    let (r, g, b) = scene.theme.rgb(Ink::Surface);
    sheet.pixmap.fill(tiny_skia::Color::from_rgba8(r, g, b, u8::MAX));
    for mark in &scene.marks {
        sheet.draw(mark)?;
    }
    compress(&sheet.pixmap).map_err(|error| Error::encoding(&error.to_string()))
}

/// Writes the pixels without their opacity, which is full everywhere.
fn compress(pixmap: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let colors: Vec<u8> = pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Flat colours are smaller as they are than as differences, by a third, and written five times as fast.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colors)?;
    writer.finish()?;
    Ok(file)
}

/// Pixels to draw on.
struct Sheet {
    pixmap: Pixmap,
    /// From the scene's coordinates to pixels.
    at: Transform,
    theme: Theme,
}

impl Sheet {
    fn draw(&mut self, mark: &Mark) -> Result<(), Error> {
        match mark {
            Mark::Tip(_) | Mark::EndTip => {}
            Mark::Rect { corner, size, ink } => {
                if let Some(rect) = Rect::from_xywh(corner.0 as f32, corner.1 as f32, size.0 as f32, size.1 as f32) {
                    self.pixmap.fill_rect(rect, &self.paint(*ink, 1.0), self.at, None);
                }
            }
            Mark::Line { from, to, width, ink } => self.stroke(path(&[*from, *to], false), *width, *ink),
            Mark::Dot { center, radius, ink } => {
                let circle = PathBuilder::from_circle(center.0 as f32, center.1 as f32, *radius as f32);
                self.fill(circle.clone(), *ink, 1.0);
                self.stroke(circle, RIM, Ink::Surface);
            }
            Mark::Polyline { points, width, ink } => self.stroke(path(points, false), *width, *ink),
            Mark::Area { outline, ink } => self.fill(path(outline, true), *ink, AREA_OPACITY),
            Mark::Text(text) => self.text(text)?,
        }
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Result<(), Error> {
        let face = Face::of(text.is_bold)?;
        let (line, outlines, size) = (face.line(&text.content)?, face.outlines(), f64::from(text.size));
        let start = -line.width * size * text.anchor.share_before();
        let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0 };
        for glyph in &line.glyphs {
            (pen.x, pen.y) = ((start + glyph.x * size) as f32, (-glyph.y * size) as f32);
            outlines.draw(glyph.id, size, &mut pen);
        }
        let outer = self.at;
        self.at = outer.pre_translate(text.at.0 as f32, text.at.1 as f32);
        if text.is_upright {
            self.at = self.at.pre_concat(Transform::from_rotate(-90.0));
        }
        self.fill(pen.path.finish(), text.ink, 1.0);
        self.at = outer;
        Ok(())
    }

    fn fill(&mut self, path: Option<Path>, ink: Ink, opacity: f64) {
        if let Some(path) = path {
            self.pixmap.fill_path(&path, &self.paint(ink, opacity), FillRule::Winding, self.at, None);
        }
    }

    fn stroke(&mut self, path: Option<Path>, width: f64, ink: Ink) {
        if let Some(path) = path {
            let stroke = Stroke { width: width as f32, line_join: LineJoin::Round, ..Stroke::default() };
            self.pixmap.stroke_path(&path, &self.paint(ink, 1.0), &stroke, self.at, None);
        }
    }

    fn paint(&self, ink: Ink, opacity: f64) -> Paint<'static> {
        let (r, g, b) = self.theme.rgb(ink);
        let mut paint = Paint::default();
        paint.set_color_rgba8(r, g, b, (opacity * f64::from(u8::MAX)).round() as u8);
        paint
    }
}

fn path(points: &[Point], is_closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in points.iter().enumerate() {
        match index {
            0 => path.move_to(*x as f32, *y as f32),
            _ => path.line_to(*x as f32, *y as f32),
        }
    }
    if is_closed {
        path.close();
    }
    path.finish()
}

/// Draws glyphs, whose coordinates go up, into a path, whose coordinates go down.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + x1, self.y - y1, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.cubic_to(self.x + x1, self.y - y1, self.x + x2, self.y - y2, self.x + x, self.y - y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Anchor;
    use super::*;

    const INK: (u8, u8, u8) = (0x1c, 0x24, 0x2e);
    const WHITE: (u8, u8, u8) = (0xff, 0xff, 0xff);

    struct Picture {
        width: usize,
        height: usize,
        bytes: Vec<u8>,
    }

    impl Picture {
        /// 60 by 40 with a margin of 5, two pixels for each.
        fn of(mark: Mark) -> Self {
            let scene = Scene { width: 60.0, height: 40.0, margin: 5.0, theme: Theme::Light, marks: vec![mark] };
            let file = encode(&scene, 2.0).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut bytes).unwrap();
            assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
            Self { width: info.width as usize, height: info.height as usize, bytes }
        }

        fn at(&self, x: usize, y: usize) -> (u8, u8, u8) {
            let start = (y * self.width + x) * 3;
            (self.bytes[start], self.bytes[start + 1], self.bytes[start + 2])
        }

        /// Left, top, right and bottom of all that is not white, in the scene's coordinates.
        fn bounds(&self) -> [f64; 4] {
            let places = (0..self.width).flat_map(|x| (0..self.height).map(move |y| (x, y)));
            places.filter(|&(x, y)| self.at(x, y) != WHITE).fold([99.0, 99.0, -99.0, -99.0], |[l, t, r, b], (x, y)| {
                let (x, y) = (x as f64 / 2.0 - 5.0, y as f64 / 2.0 - 5.0);
                [f64::min(l, x), f64::min(t, y), f64::max(r, x + 0.5), f64::max(b, y + 0.5)]
            })
        }
    }

    fn text(anchor: Anchor, is_bold: bool, is_upright: bool) -> Picture {
        let (at, content, ink) = ((30.0, 20.0), "HHH".to_owned(), Ink::Text);
        Picture::of(Mark::Text(Text { at, content, size: 10, anchor, ink, is_bold, is_upright }))
    }

    #[test]
    fn marks_lie_where_they_are_drawn() {
        let picture = Picture::of(Mark::Rect { corner: (10.0, 10.0), size: (20.0, 5.0), ink: Ink::Text });
        assert_eq!((picture.width, picture.height), (140, 100));
        assert_eq!(picture.bounds(), [10.0, 10.0, 30.0, 15.0]);
        assert_eq!((picture.at(31, 31), picture.at(29, 31)), (INK, WHITE));

        let line = Mark::Line { from: (10.0, 10.0), to: (30.0, 10.0), width: 1.0, ink: Ink::Text };
        assert_eq!(Picture::of(line).bounds(), [10.0, 9.5, 30.0, 10.5]);
        let points = vec![(10.0, 10.0), (30.0, 10.0), (30.0, 30.0)];
        assert_eq!(
            Picture::of(Mark::Polyline { points: points.clone(), width: 2.0, ink: Ink::Text }).bounds(),
            [10.0, 9.0, 31.0, 30.0]
        );
        let area = Picture::of(Mark::Area { outline: points, ink: Ink::Text });
        assert_eq!(area.bounds(), [10.0, 10.0, 30.0, 30.0]);
        let (inside, _, _) = area.at(66, 36);
        assert!(inside > 0xd0 && inside < 0xe0, "translucent: {inside}");

        // The rim has the colour of the background, and covers the outer half of its own width.
        let dot = Picture::of(Mark::Dot { center: (20.0, 20.0), radius: 5.0, ink: Ink::Text });
        let [left, top, right, bottom] = dot.bounds();
        assert!([left, top].iter().all(|side| (15.5..=15.75).contains(side)), "{left} {top}");
        assert!([right, bottom].iter().all(|side| (24.25..=24.5).contains(side)), "{right} {bottom}");
        assert_eq!(dot.at(50, 50), INK);
    }

    #[test]
    fn text_starts_from_its_anchor() {
        let [start, top, end, bottom] = text(Anchor::Start, false, false).bounds();
        // Capitals of DejaVu are 0.73 high.
        assert!((30.0..32.0).contains(&start) && (top - 12.5).abs() < 1.0 && (bottom - 20.0).abs() < 0.6);
        let width = end - start;
        let [left, _, right, _] = text(Anchor::End, false, false).bounds();
        assert!((28.0..=30.0).contains(&right) && (right - left - width).abs() < 1.0);
        let [left, _, right, _] = text(Anchor::Middle, false, false).bounds();
        assert!((f64::midpoint(left, right) - 30.0).abs() < 0.6);
        let [left, top, right, bottom] = text(Anchor::Start, false, true).bounds();
        assert!((right - 30.0).abs() < 0.6 && (left - 22.5).abs() < 1.0, "left of its point: {left} {right}");
        assert!((18.0..=20.0).contains(&bottom) && (bottom - top - width).abs() < 1.0, "upwards: {top} {bottom}");
        let [left, _, right, _] = text(Anchor::Start, true, false).bounds();
        assert!(right - left > width);
    }
}
