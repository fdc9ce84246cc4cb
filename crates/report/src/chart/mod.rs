//! Charts: one definition, drawn as SVG, PNG, PDF and terminal text.
//!
//! In: an [`Answer`] whose chart names columns of its table. `plot` makes it a `Plot`; `frame`, `marks`, `boxes`, `lines` and
//! `heatmap` lay that out as the marks of a `scene`; `svg`, `png` and `pdf` write these, and `terminal` writes the plot.
//!
//! Why not a plotting library: their plots cut labels, cover bars with legends, colour for one theme, and none writes values
//! beside marks. Why not make PNG and PDF of the SVG by a library: a few kinds of marks do not need one that reads all of SVG.

mod boxes;
pub(crate) mod canvas;
pub(crate) mod font;
mod frame;
mod heatmap;
mod lines;
mod marks;
pub(crate) mod palette;
pub(crate) mod pdf;
mod plot;
mod png;
mod scale;
pub(crate) mod scene;
mod small_multiples;
mod svg;
mod terminal;
pub(crate) mod text;
mod words;

use catalog::ChartKind;
use insight::Answer;

use self::canvas::{Anchor, Canvas, LABEL, line_height};
use self::palette::Ink;
use self::scene::Scene;
use crate::Error;

pub use self::palette::Theme;
pub(crate) use self::palette::{notebook_properties, properties};
pub(crate) use self::plot::{Category, Plot, Series};
pub use self::terminal::terminal;
pub(crate) use self::terminal::{draw as draw_text, pad};

/// The width of a chart in files of its own.
const FILE_WIDTH: f64 = 760.0;
const MARGIN: f64 = 20.0;

/// The chart as an SVG file with its title, or for [`Theme::Page`] without.
pub fn svg(answer: &Answer, theme: Theme) -> Result<String, Error> {
    let plot = Plot::of(answer)?;
    if theme == Theme::Page {
        return Ok(inline(&plot, &answer.heading(), FILE_WIDTH));
    }
    let scene = file_scene(answer, &plot, theme);
    Ok(svg::file(&scene, &answer.heading(), &plot.description(&answer.sentence())))
}

/// The chart as a PNG file, two pixels for each CSS pixel.
pub fn png(answer: &Answer) -> Result<Vec<u8>, Error> {
    png::encode(&file_scene(answer, &Plot::of(answer)?, Theme::Light), 2.0)
}

/// The chart as a PDF file of one page.
pub fn pdf(answer: &Answer) -> Result<Vec<u8>, Error> {
    pdf::encode(&file_scene(answer, &Plot::of(answer)?, Theme::Light), &answer.heading())
}

/// The chart for a page of HTML, `width` wide: colours from the page, described for screen readers.
pub(crate) fn inline(plot: &Plot, heading: &str, width: f64) -> String {
    let mut canvas = Canvas::new(width, Theme::Page);
    let bottom = draw(&mut canvas, plot, 2.0);
    svg::inline(&canvas.finish(bottom + 2.0), &plot.alt(heading))
}

/// The chart for a page of paper, `width` wide.
pub(crate) fn scene(plot: &Plot, width: f64) -> Scene {
    let mut canvas = Canvas::new(width, Theme::Light);
    let bottom = draw(&mut canvas, plot, 2.0);
    canvas.finish(bottom + 2.0)
}

fn file_scene(answer: &Answer, plot: &Plot, theme: Theme) -> Scene {
    let mut canvas = Canvas::new(FILE_WIDTH, theme);
    let mut baseline = 18.0;
    for line in text::wrap(&answer.heading(), 17.0, FILE_WIDTH * 0.96, 3) {
        canvas.bold((0.0, baseline), &line, 16, Ink::Text);
        baseline += line_height(16);
    }
    let question = text::wrap(&answer.question, f64::from(LABEL), FILE_WIDTH, 2);
    baseline = canvas.paragraph((0.0, baseline), &question, LABEL, Anchor::Start, Ink::Muted);
    let bottom = draw(&mut canvas, plot, baseline + 2.0);
    Scene { margin: MARGIN, ..canvas.finish(bottom) }
}

/// Draws the chart itself below `top`; gives where it ends.
fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    if plot.categories.is_empty() || plot.all_values().next().is_none() {
        canvas.text((canvas.width / 2.0, top + 40.0), "No data to draw", LABEL, Anchor::Middle, Ink::Muted);
        return top + 80.0;
    }
    match plot.kind {
        ChartKind::Line => lines::draw(canvas, plot, top),
        ChartKind::Heatmap => heatmap::draw(canvas, plot, top),
        ChartKind::Box => boxes::draw(canvas, plot, top),
        ChartKind::SmallMultiples => small_multiples::draw(canvas, plot, top),
        ChartKind::Bar | ChartKind::GroupedBar | ChartKind::StackedBar | ChartKind::Interval | ChartKind::Ranking => {
            marks::draw(canvas, plot, top)
        }
    }
}

#[cfg(test)]
mod tests;
