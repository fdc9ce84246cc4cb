//! Charts: one definition, drawn as SVG, PNG, PDF and terminal text.
//!
//! In: an [`Answer`] whose chart names columns of its table. `plot` makes it a `Plot`; `frame`, `marks`, `lines`
//! and `heatmap` lay that out as a scene of kuva's primitives; kuva's back ends write the scene.
//!
//! Why not kuva's own plots: their bars run bottom up, their legends cover bars, a heatmap paints missing cells black,
//! and none writes values beside marks or wraps labels. Its scene and its back ends do all that is needed.

mod canvas;
mod frame;
mod heatmap;
mod lines;
mod marks;
mod palette;
mod plot;
mod scale;
mod terminal;
mod text;
mod words;

use std::fmt::Write;

use catalog::ChartKind;
use insight::Answer;
use kuva::backend::svg::SvgBackend;
use kuva::render::render::Scene;

use self::canvas::{Anchor, Canvas, LABEL, line_height};
use self::palette::Ink;
use crate::Error;
use crate::html::escape;

pub use self::palette::Theme;
pub(crate) use self::palette::{notebook_properties, properties};
pub(crate) use self::plot::Plot;
pub use self::terminal::terminal;
pub(crate) use self::terminal::{draw as draw_text, pad};

/// The width of a chart in files of its own.
const FILE_WIDTH: f64 = 760.0;
const MARGIN: f64 = 20.0;

/// The chart as an SVG file with its title, or for [`Theme::Page`] without.
pub fn svg(answer: &Answer, theme: Theme) -> Result<String, Error> {
    let plot = Plot::of(answer)?;
    if theme == Theme::Page {
        return Ok(inline(&plot, answer, FILE_WIDTH));
    }
    let mut scene = file_scene(answer, &plot, theme);
    scene.font_family = Some("system-ui,-apple-system,'Segoe UI',Roboto,Arial,'DejaVu Sans',sans-serif".to_owned());
    let (head, body) = parts(&scene);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" \
         aria-labelledby=\"title description\"{head}><title id=\"title\">{title}</title>\
         <desc id=\"description\">{description}</desc>{body}\n",
        w = scene.width,
        h = scene.height,
        title = escape(&answer.heading()),
        description = escape(&plot.description(&answer.sentence())),
    ))
}

/// The chart as a PNG file, two pixels for each CSS pixel.
pub fn png(answer: &Answer) -> Result<Vec<u8>, Error> {
    let scene = file_scene(answer, &Plot::of(answer)?, Theme::Light);
    kuva::RasterBackend::new().with_scale(2.0).render_scene(&scene).map_err(|reason| Error::encoding(&reason))
}

/// The chart as a PDF file of one page.
pub fn pdf(answer: &Answer) -> Result<Vec<u8>, Error> {
    let mut scene = file_scene(answer, &Plot::of(answer)?, Theme::Light);
    // The font that kuva carries, so that a PDF looks the same wherever it was made.
    scene.font_family = Some("DejaVu Sans".to_owned());
    kuva::PdfBackend::new().render_scene(&scene).map_err(|reason| Error::encoding(&reason))
}

/// The chart for a page of HTML, `width` wide: colours from the page, described for screen readers.
pub(crate) fn inline(plot: &Plot, answer: &Answer, width: f64) -> String {
    let mut canvas = Canvas::new(width, Theme::Page);
    let bottom = draw(&mut canvas, plot, 2.0);
    let scene = canvas.finish(bottom + 2.0);
    let (_, body) = parts(&scene);
    format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">{body}",
        scene.width,
        scene.height,
        escape(&plot.alt(&answer.heading())),
    )
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
    with_margin(canvas.finish(bottom))
}

/// Moves a scene's marks away from the edges.
fn with_margin(mut scene: Scene) -> Scene {
    use kuva::render::render::Primitive;
    let start = Primitive::GroupStart {
        transform: Some(format!("translate({MARGIN},{MARGIN})")),
        title: None,
        extra_attrs: None,
    };
    scene.elements.insert(0, start);
    scene.elements.push(Primitive::GroupEnd);
    scene.width += 2.0 * MARGIN;
    scene.height += 2.0 * MARGIN;
    scene
}

/// Draws the chart itself below `top`; gives where it ends.
fn draw(canvas: &mut Canvas, plot: &Plot, top: f64) -> f64 {
    if plot.categories.is_empty() || plot.all_values().next().is_none() {
        canvas.text((canvas.width / 2.0, top + 40.0), "No data to draw", LABEL, Anchor::Middle, Ink::Muted);
        return top + 80.0;
    }
    match plot.kind {
        ChartKind::Line | ChartKind::Step => lines::draw(canvas, plot, top),
        ChartKind::Heatmap => heatmap::draw(canvas, plot, top),
        ChartKind::Bar | ChartKind::GroupedBar | ChartKind::StackedBar | ChartKind::Interval | ChartKind::Ranking => {
            marks::draw(canvas, plot, top)
        }
    }
}

/// The attributes that the picture's root needs (fonts, colour), and all that follows its opening tag.
fn parts(scene: &Scene) -> (String, String) {
    let svg = SvgBackend::new().render_scene(scene);
    let (_, rest) = svg.split_once('>').unwrap_or_default();
    let body = match rest.split_once("-->") {
        Some((comment, body)) if comment.starts_with("<!--") => body,
        _ => rest,
    };
    let mut head = String::new();
    if let Some(family) = &scene.font_family {
        let _ = write!(head, " font-family=\"{}\"", escape(family));
    }
    if let Some(color) = &scene.text_color {
        let _ = write!(head, " fill=\"{}\"", escape(color));
    }
    (head, body.to_owned())
}

#[cfg(test)]
mod tests;
