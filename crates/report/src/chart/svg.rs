//! A scene as SVG.
//!
//! In: a scene and the words for those who cannot see it. Out: one `svg` element. Its colours are the theme's; on the page they
//! are custom properties, and text has the page's font and colour. Invariant: well-formed XML, whatever the texts are.

use std::fmt::{self, Display, Write};

use super::palette::{Ink, Theme};
use super::scene::{AREA_OPACITY, Anchor, Mark, Point, RIM, Scene, Text};
use crate::html::escape;

/// What the reader's system has for its own texts.
const FONTS: &str = "system-ui,-apple-system,'Segoe UI',Roboto,Arial,'DejaVu Sans',sans-serif";

/// A file of its own.
pub(crate) fn file(scene: &Scene, title: &str, description: &str) -> String {
    let (width, height) = scene.full_size();
    let theme = scene.theme;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title description\" font-family=\"{FONTS}\" fill=\"{text}\">\
         <title id=\"title\">{title}</title><desc id=\"description\">{description}</desc>\
         <rect width=\"100%\" height=\"100%\" fill=\"{surface}\"/><g transform=\"translate({margin},{margin})\">{marks}</g></svg>\n",
        text = theme.color(Ink::Text),
        title = escape(title),
        description = escape(description),
        surface = theme.color(Ink::Surface),
        margin = scene.margin,
        marks = Marks(scene),
    )
}

/// A picture within a page of HTML, which has the size that the page gives it.
pub(crate) fn inline(scene: &Scene, label: &str) -> String {
    let (width, height) = scene.full_size();
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">{}</svg>",
        escape(label),
        Marks(scene)
    )
}

/// All marks of a scene.
struct Marks<'a>(&'a Scene);

impl Display for Marks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.marks.iter().try_for_each(|mark| write_mark(f, mark, self.0.theme))
    }
}

fn write_mark(f: &mut fmt::Formatter<'_>, mark: &Mark, theme: Theme) -> fmt::Result {
    match mark {
        Mark::Tip(text) => write!(f, "<g class=\"m\"><title>{}</title>", escape(text)),
        Mark::EndTip => f.write_str("</g>"),
        Mark::Rect { corner: (x, y), size: (width, height), ink } => {
            let (x, y, width, height, fill) = (Short(*x), Short(*y), Short(*width), Short(*height), theme.color(*ink));
            write!(f, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>")
        }
        Mark::Line { from, to, width, ink } => {
            let (x1, y1, x2, y2) = (Short(from.0), Short(from.1), Short(to.0), Short(to.1));
            let (stroke, width) = (theme.color(*ink), Short(*width));
            write!(
                f,
                "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>"
            )
        }
        Mark::Dot { center: (x, y), radius, ink } => {
            let (x, y, radius, fill) = (Short(*x), Short(*y), Short(*radius), theme.color(*ink));
            let stroke = theme.color(Ink::Surface);
            write!(
                f,
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{RIM}\"/>"
            )
        }
        Mark::Polyline { points, width, ink } => {
            let (points, stroke, width) = (Points(points), theme.color(*ink), Short(*width));
            write!(
                f,
                "<polyline points=\"{points}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" \
                 stroke-linejoin=\"round\"/>"
            )
        }
        Mark::Area { outline, ink } => {
            let (points, fill) = (Points(outline), theme.color(*ink));
            write!(f, "<polygon points=\"{points}\" fill=\"{fill}\" fill-opacity=\"{AREA_OPACITY}\"/>")
        }
        Mark::Text(text) => write_text(f, text, theme),
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &Text, theme: Theme) -> fmt::Result {
    let (x, y) = (Short(text.at.0), Short(text.at.1));
    write!(f, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", text.size)?;
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => f.write_str(" text-anchor=\"middle\"")?,
        Anchor::End => f.write_str(" text-anchor=\"end\"")?,
    }
    if text.is_bold {
        f.write_str(" font-weight=\"bold\"")?;
    }
    // The text colour is the picture's own; naming it again would only be weight.
    if text.ink != Ink::Text {
        write!(f, " fill=\"{}\"", theme.color(text.ink))?;
    }
    if text.is_upright {
        write!(f, " transform=\"rotate(-90,{x},{y})\"")?;
    }
    write!(f, ">{}</text>", escape(&text.content))
}

/// The corners of a line or an area.
struct Points<'a>(&'a [Point]);

impl Display for Points<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (x, y)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{},{}", Short(*x), Short(*y))?;
        }
        Ok(())
    }
}

/// A coordinate, to a hundredth of a pixel.
struct Short(f64);

impl Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Zero is added so that there is no minus before it.
        write!(f, "{}", (self.0 * 100.0).round() / 100.0 + 0.0)
    }
}
