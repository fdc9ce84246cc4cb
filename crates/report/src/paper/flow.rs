//! Pages that fill from top to bottom: headings, paragraphs, figures, charts, rows of tables.
//!
//! In: what comes next, and how much must stay together. Out: pages of marks, and where each heading stands.
//! Invariant: nothing reaches into the margins; where something does not fit a new page begins, and what is higher than a page
//! is made smaller. All lengths are in CSS pixels, of which a page has 96 an inch.

use insight::KeyFigure;

use super::measure::{Letters, Measure};
use crate::chart::Theme;
use crate::chart::canvas::{Anchor, Canvas, line_height};
use crate::chart::palette::Ink;
use crate::chart::pdf::{Layer, Page, Target};
use crate::chart::scene::{Mark, Point, Scene};

/// An A4 page and its margins.
const PAGE: Point = (793.7, 1122.5);
const SIDE: f64 = 66.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 76.0;
/// The room between the margins.
pub(super) const WIDTH: f64 = PAGE.0 - 2.0 * SIDE;
const END: f64 = PAGE.1 - BOTTOM;
/// A point is three quarters of a pixel.
const POINTS: f64 = 0.75;

/// How much of what follows must stand below a heading.
const BELOW_HEADING: f64 = 96.0;
const FIGURES_A_ROW: usize = 4;

pub(super) const TEXT: Letters = Letters::plain(13);
pub(super) const SMALL: Letters = Letters::plain(11);
const FOOT: Letters = Letters::plain(10);
const CODE: Letters = Letters::plain(9);
/// Between two columns of code, and how far a blank at its left moves it.
const COLUMN_GAP: f64 = 24.0;
const BLANK: f64 = 4.5;

/// A heading and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) text: String,
    /// Whether it is that of a part of the section before it.
    pub(super) is_part: bool,
    pub(super) target: Target,
}

/// Where a chart lies on its page.
struct Placed {
    at: Point,
    scale: f64,
    scene: Scene,
}

struct Sheet {
    marks: Vec<Mark>,
    charts: Vec<Placed>,
    links: Vec<(Point, Point, Target)>,
}

impl Sheet {
    fn layers(&self) -> Vec<Layer<'_>> {
        let own = Layer { at: (0.0, 0.0), scale: POINTS, marks: &self.marks };
        let charts = self.charts.iter().map(|placed| Layer {
            at: (placed.at.0 * POINTS, placed.at.1 * POINTS),
            scale: placed.scale * POINTS,
            marks: &placed.scene.marks,
        });
        std::iter::once(own).chain(charts).collect()
    }
}

/// Pages, the last of which is being filled.
pub(super) struct Flow {
    pub(super) measure: Measure,
    title: String,
    sheets: Vec<Sheet>,
    canvas: Canvas,
    charts: Vec<Placed>,
    links: Vec<(Point, Point, Target)>,
    /// How far the last page is filled.
    y: f64,
    headings: Vec<Heading>,
}

impl Flow {
    /// An empty first page.
    pub(super) fn new(title: &str) -> Self {
        Self {
            measure: Measure::default(),
            title: title.to_owned(),
            sheets: Vec::new(),
            canvas: Canvas::new(PAGE.0, Theme::Light),
            charts: Vec::new(),
            links: Vec::new(),
            y: TOP,
            headings: Vec::new(),
        }
    }

    pub(super) fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// Ends the last page.
    pub(super) fn end(&mut self) {
        let canvas = std::mem::replace(&mut self.canvas, Canvas::new(PAGE.0, Theme::Light));
        let (charts, links) = (std::mem::take(&mut self.charts), std::mem::take(&mut self.links));
        self.sheets.push(Sheet { marks: canvas.finish(PAGE.1).marks, charts, links });
        self.y = TOP;
    }

    /// Begins a new page, unless this one is still empty.
    pub(super) fn turn(&mut self) {
        if self.y > TOP {
            self.end();
        }
    }

    /// Begins a new page where so much does not fit on this one.
    pub(super) fn need(&mut self, height: f64) {
        if self.y + height > END {
            self.turn();
        }
    }

    pub(super) fn skip(&mut self, height: f64) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// The highest thing that a page has room for.
    pub(super) fn full_height() -> f64 {
        END - TOP
    }

    /// A heading that the contents and the outline name.
    pub(super) fn heading(&mut self, text: &str, is_part: bool) {
        let letters = Letters::bold(if is_part { 15 } else { 20 });
        self.skip(if is_part { 22.0 } else { 30.0 });
        let lines = self.measure.wrap(text, letters, WIDTH);
        self.need(lines.len() as f64 * line_height(letters.size) + BELOW_HEADING);
        let target = Target { page: self.sheets.len(), top: (self.y - 8.0) * POINTS };
        self.headings.push(Heading { text: text.to_owned(), is_part, target });
        self.lines(&lines, letters, Ink::Text, 0.0);
        self.y += 6.0;
    }

    /// A heading within a section, which the contents do not name.
    pub(super) fn subheading(&mut self, text: &str) {
        self.skip(14.0);
        self.need(line_height(TEXT.size) + BELOW_HEADING / 2.0);
        self.lines(&[text.to_owned()], Letters::bold(TEXT.size), Ink::Text, 0.0);
        self.y += 3.0;
    }

    pub(super) fn paragraph(&mut self, text: &str, letters: Letters, ink: Ink) {
        self.indented(text, letters, ink, 0.0);
        self.y += 6.0;
    }

    /// A text behind a mark that stands before its first line.
    pub(super) fn item(&mut self, mark: &str, text: &str, letters: Letters, ink: Ink) {
        let indent = self.measure.width("00. ", letters);
        self.need(line_height(letters.size));
        let baseline = self.baseline(letters);
        let right = SIDE + indent - self.measure.width(" ", letters);
        self.canvas.text((right, baseline), mark, letters.size, Anchor::End, ink);
        self.indented(text, letters, ink, indent);
        self.y += 4.0;
    }

    /// Wrapped lines, with room kept on the left. A single line neither begins nor ends a page if it can be helped.
    fn indented(&mut self, text: &str, letters: Letters, ink: Ink, indent: f64) {
        let lines = self.measure.wrap(&kept_together(text), letters, WIDTH - indent);
        if lines.len() <= 3 {
            self.need(lines.len() as f64 * line_height(letters.size));
        }
        self.lines(&lines, letters, ink, indent);
    }

    fn lines(&mut self, lines: &[String], letters: Letters, ink: Ink, indent: f64) {
        for line in lines {
            self.need(line_height(letters.size));
            let at = (SIDE + indent, self.baseline(letters));
            self.write(at, line, letters, Anchor::Start, ink);
            self.y += line_height(letters.size);
        }
    }

    /// The baseline of a line that begins where the page is filled to.
    fn baseline(&self, letters: Letters) -> f64 {
        self.y + f64::from(letters.size)
    }

    fn write(&mut self, at: Point, text: &str, letters: Letters, anchor: Anchor, ink: Ink) {
        if letters.is_bold {
            self.canvas.bold(at, text, letters.size, ink);
        } else {
            self.canvas.text(at, text, letters.size, anchor, ink);
        }
    }

    /// Code in two columns, which its lines fill one after the other on each page; blanks on the left are kept.
    pub(super) fn code(&mut self, code: &str) {
        let room = (WIDTH - COLUMN_GAP) / 2.0;
        let mut lines: Vec<(f64, String)> = Vec::new();
        for line in code.lines() {
            let text = line.trim_start();
            let indent = ((line.len() - text.len()) as f64 * BLANK).min(room / 2.0);
            let wrapped = self.measure.wrap(text, CODE, room - indent);
            lines.extend(wrapped.into_iter().map(|line| (indent, line)));
        }
        let height = line_height(CODE.size);
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            self.need(4.0 * height);
            let on_page = ((END - self.y) / height) as usize;
            let n_rows = rest.len().div_ceil(2).min(on_page.max(1));
            let (now, later) = rest.split_at(rest.len().min(2 * n_rows));
            for (place, (indent, line)) in now.iter().enumerate() {
                let left = SIDE + indent + if place < n_rows { 0.0 } else { room + COLUMN_GAP };
                let baseline = self.baseline(CODE) + (place % n_rows) as f64 * height;
                self.write((left, baseline), line, CODE, Anchor::Start, Ink::Text);
            }
            self.y += n_rows as f64 * height;
            rest = later;
        }
        self.y += 8.0;
    }

    /// Figures side by side, each with its name and a note.
    pub(super) fn figures(&mut self, figures: &[KeyFigure]) {
        let room = WIDTH / FIGURES_A_ROW as f64;
        let inner = room - 14.0;
        let (label, value) = (SMALL, Letters::bold(20));
        for row in figures.chunks(FIGURES_A_ROW) {
            let notes: Vec<Vec<String>> = row
                .iter()
                .map(|figure| self.measure.wrap(&kept_together(figure.note.as_deref().unwrap_or("")), FOOT, inner))
                .collect();
            let n_notes = notes.iter().map(Vec::len).max().unwrap_or(0);
            let height = 20.0 + 30.0 + n_notes as f64 * line_height(FOOT.size) + 10.0;
            self.need(height);
            for (place, (figure, notes)) in row.iter().zip(&notes).enumerate() {
                let x = SIDE + place as f64 * room;
                let name = self.measure.wrap(&figure.label, label, inner).concat();
                self.canvas.text((x, self.y + 14.0), &name, label.size, Anchor::Start, Ink::Muted);
                let size = self.fitting(&figure.value, value, inner);
                self.canvas.bold((x, self.y + 40.0), &figure.value, size, Ink::Text);
                for (line, note) in notes.iter().enumerate() {
                    let baseline = self.y + 56.0 + line as f64 * line_height(FOOT.size);
                    self.canvas.text((x, baseline), note, FOOT.size, Anchor::Start, Ink::Muted);
                }
            }
            self.y += height;
        }
        self.y += 6.0;
    }

    /// The size of letters at which a text fits.
    fn fitting(&self, text: &str, letters: Letters, room: f64) -> u32 {
        let fits = |size: &u32| self.measure.width(text, Letters { size: *size, ..letters }) <= room;
        (9..=letters.size).rev().find(fits).unwrap_or(9)
    }

    /// A chart, made smaller where it is higher than a page.
    pub(super) fn chart(&mut self, scene: Scene) {
        let scale = (Self::full_height() / scene.height).min(1.0);
        let height = scene.height * scale;
        self.need(height);
        self.charts.push(Placed { at: (SIDE, self.y), scale, scene });
        self.y += height + 10.0;
    }

    /// A row of a table: for each cell its lines, the left end of its column and the column's width. Numbers stand at the right.
    pub(super) fn row(&mut self, cells: &[(Vec<String>, f64, f64, bool)], letters: Letters, is_head: bool) {
        let height = row_height(cells.iter().map(|cell| cell.0.len()).max().unwrap_or(1), letters);
        let letters_of = if is_head { Letters { is_bold: true, ..letters } } else { letters };
        for (lines, left, width, is_text) in cells {
            // The names of columns stand on the line below them.
            let lacking = if is_head { height - row_height(lines.len(), letters) } else { 0.0 };
            for (place, line) in lines.iter().enumerate() {
                let baseline = self.baseline(letters) + 3.0 + lacking + place as f64 * line_height(letters.size);
                let x = SIDE + left + if *is_text { 0.0 } else { width - self.measure.width(line, letters_of) };
                self.write((x, baseline), line, letters_of, Anchor::Start, Ink::Text);
            }
        }
        self.y += height;
        let right = cells.iter().map(|(_, left, width, _)| left + width).fold(0.0, f64::max);
        let ink = if is_head { Ink::Axis } else { Ink::Grid };
        self.canvas.line((SIDE, self.y), (SIDE + right, self.y), if is_head { 1.0 } else { 0.7 }, ink);
    }

    /// Whether so much still fits on this page.
    pub(super) fn fits(&self, height: f64) -> bool {
        self.y + height <= END
    }

    /// A line of the contents with the page that it leads to.
    pub(super) fn content(&mut self, text: &str, is_part: bool, to: Option<Target>) {
        let letters = if is_part { SMALL } else { Letters::bold(12) };
        let indent = if is_part { 18.0 } else { 0.0 };
        if !is_part {
            self.skip(5.0);
        }
        let lines = self.measure.wrap(text, letters, WIDTH - indent - 50.0);
        let height = lines.len() as f64 * line_height(letters.size) + 2.0;
        self.need(height);
        let top = self.y;
        self.lines(&lines, letters, Ink::Text, indent);
        if let Some(to) = to {
            let page = (to.page + 1).to_string();
            let baseline = top + f64::from(letters.size);
            self.canvas.text((SIDE + WIDTH, baseline), &page, letters.size, Anchor::End, Ink::Muted);
            let scaled = |point: Point| (point.0 * POINTS, point.1 * POINTS);
            self.links.push((scaled((SIDE, top)), scaled((WIDTH, height)), to));
        }
        self.y = top + height;
    }

    /// The pages with their running head and numbers.
    pub(super) fn pages(&self) -> Vec<Page<'_>> {
        let size = (PAGE.0 * POINTS, PAGE.1 * POINTS);
        self.sheets.iter().map(|sheet| Page { size, layers: sheet.layers(), links: sheet.links.clone() }).collect()
    }

    /// Puts the running head and the numbers on all pages, which are all there.
    pub(super) fn number(&mut self) {
        let of = self.sheets.len();
        let room = WIDTH * 0.8;
        let title = self.measure.wrap(&self.title, FOOT, room).into_iter().next().unwrap_or_default();
        for (place, sheet) in self.sheets.iter_mut().enumerate() {
            let mut canvas = Canvas::new(PAGE.0, Theme::Light);
            if place > 0 {
                canvas.text((SIDE, TOP - 34.0), &title, FOOT.size, Anchor::Start, Ink::Muted);
                canvas.line((SIDE, TOP - 24.0), (SIDE + WIDTH, TOP - 24.0), 0.7, Ink::Grid);
            }
            let number = format!("{} / {of}", place + 1);
            canvas.text((SIDE + WIDTH, PAGE.1 - 40.0), &number, FOOT.size, Anchor::End, Ink::Muted);
            sheet.marks.extend(canvas.finish(PAGE.1).marks);
        }
    }
}

/// The height of a row of a table whose highest cell has so many lines.
pub(super) fn row_height(n_lines: usize, letters: Letters) -> f64 {
    n_lines as f64 * line_height(letters.size) + 7.0
}

/// The text, its figures and their percent signs on one line.
pub(super) fn kept_together(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}
