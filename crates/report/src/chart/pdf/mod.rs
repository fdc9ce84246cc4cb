//! Scenes as PDF: pages of marks, a point for each pixel of a scene that is not scaled.
//!
//! In: pages with what lies on them, or one scene in a theme with a background; a title, and the places that the outline names.
//! Out: the file. Text stays text: it can be searched and copied, and its glyphs are embedded. Invariant: the same pages give
//! the same bytes.

mod font;
mod sheet;

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Filter, Finish, Pdf, Rect, Ref, TextStr};

use self::font::{Embedded, Places};
use self::sheet::{Sheet, TRANSLUCENT};
use super::palette::Theme;
use super::scene::{AREA_OPACITY, Mark, Point, Scene};
use crate::Error;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
const OUTLINE: Ref = Ref::new(4);
/// The first of the other objects.
const FIRST: i32 = 5;

/// Marks that lie on a page together.
pub(crate) struct Layer<'m> {
    /// The page's point, from its top left, on which their origin lies.
    pub(crate) at: Point,
    /// How many points of the page one of their pixels is.
    pub(crate) scale: f64,
    pub(crate) marks: &'m [Mark],
}

/// A page: its width and height in points, and what lies on it.
pub(crate) struct Page<'m> {
    pub(crate) size: Point,
    pub(crate) layers: Vec<Layer<'m>>,
    /// What leads to another page: the corner and the size of its place, and where it leads.
    pub(crate) links: Vec<(Point, Point, Target)>,
}

/// A place within the file: a page by its number from 0, and how far from its top.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Target {
    pub(crate) page: usize,
    pub(crate) top: f64,
}

/// A line of the outline that a reader shows beside the pages.
pub(crate) struct Entry {
    pub(crate) title: String,
    pub(crate) target: Target,
    /// The lines below it.
    pub(crate) parts: Vec<Entry>,
}

/// One scene as a file of one page.
pub(crate) fn encode(scene: &Scene, title: &str) -> Result<Vec<u8>, Error> {
    let layer = Layer { at: (scene.margin, scene.margin), scale: 1.0, marks: &scene.marks };
    let page = Page { size: scene.full_size(), layers: vec![layer], links: Vec::new() };
    pages(&[page], scene.theme, title, &[])
}

/// Pages in a theme with a background as one file.
pub(crate) fn pages(pages: &[Page<'_>], theme: Theme, title: &str, outline: &[Entry]) -> Result<Vec<u8>, Error> {
    let mut fonts = [Embedded::new(false)?, Embedded::new(true)?];
    let mut contents = Vec::with_capacity(pages.len());
    for page in pages {
        let mut sheet = Sheet::new(theme, &mut fonts, page.size);
        for layer in &page.layers {
            sheet.draw(layer)?;
        }
        contents.push(sheet.finish());
    }

    let mut next = Ref::new(FIRST);
    let places: Vec<(Ref, Ref)> = pages.iter().map(|_| (next.bump(), next.bump())).collect();
    let used: Vec<(&Embedded, Places)> =
        fonts.iter().filter(|font| font.is_used()).map(|font| (font, Places::from(&mut next))).collect();
    let mut pdf = Pdf::new();
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES).lang(TextStr("en"));
    catalog.viewer_preferences().display_doc_title(true);
    if !outline.is_empty() {
        catalog.outlines(OUTLINE);
    }
    catalog.finish();
    pdf.document_info(INFO).title(TextStr(title));
    pdf.pages(PAGES).kids(places.iter().map(|(page, _)| *page)).count(pages.len() as i32);
    for ((page, (place, content_place)), content) in pages.iter().zip(&places).zip(&contents) {
        let links: Vec<Ref> = page.links.iter().map(|_| next.bump()).collect();
        push_page(&mut pdf, page, (*place, *content_place), &used, &links);
        pdf.stream(*content_place, &compressed(content)?).filter(Filter::FlateDecode);
        for ((corner, size, target), link) in page.links.iter().zip(links) {
            push_link(&mut pdf, link, page, (*corner, *size), (pages, &places, *target));
        }
    }
    for (font, places) in &used {
        font.write(&mut pdf, places)?;
    }
    if !outline.is_empty() {
        let parts = push_entries(&mut pdf, OUTLINE, outline, (pages, &places), &mut next);
        if let Some((first, last)) = parts {
            pdf.outline(OUTLINE).first(first).last(last).count(outline.len() as i32);
        }
    }
    Ok(pdf.finish())
}

fn push_page(
    pdf: &mut Pdf,
    page: &Page<'_>,
    (place, content): (Ref, Ref),
    fonts: &[(&Embedded, Places)],
    links: &[Ref],
) {
    let mut written = pdf.page(place);
    let (width, height) = (page.size.0 as f32, page.size.1 as f32);
    written.parent(PAGES).media_box(Rect::new(0.0, 0.0, width, height)).contents(content);
    if !links.is_empty() {
        written.annotations(links.iter().copied());
    }
    let mut resources = written.resources();
    resources
        .ext_g_states()
        .insert(TRANSLUCENT)
        .start::<pdf_writer::writers::ExtGraphicsState<'_>>()
        .non_stroking_alpha(AREA_OPACITY as f32);
    let mut names = resources.fonts();
    for (font, places) in fonts {
        names.pair(font.name(), places.root);
    }
    names.finish();
    resources.finish();
}

fn push_link(
    pdf: &mut Pdf,
    place: Ref,
    page: &Page<'_>,
    (corner, size): (Point, Point),
    (pages, places, target): (&[Page<'_>], &[(Ref, Ref)], Target),
) {
    let up = |y: f64| (page.size.1 - y) as f32;
    let mut link = pdf.annotation(place);
    link.subtype(AnnotationType::Link);
    link.rect(Rect::new(corner.0 as f32, up(corner.1 + size.1), (corner.0 + size.0) as f32, up(corner.1)));
    link.border(0.0, 0.0, 0.0, None);
    if let (Some(to), Some((to_place, _))) = (pages.get(target.page), places.get(target.page)) {
        let mut action = link.action();
        action.action_type(ActionType::GoTo);
        action.destination().page(*to_place).xyz(0.0, (to.size.1 - target.top) as f32, None);
    }
}

/// Writes the lines of an outline below `parent`; gives the first and the last of them.
fn push_entries(
    pdf: &mut Pdf,
    parent: Ref,
    entries: &[Entry],
    of: (&[Page<'_>], &[(Ref, Ref)]),
    next: &mut Ref,
) -> Option<(Ref, Ref)> {
    let places: Vec<Ref> = entries.iter().map(|_| next.bump()).collect();
    for (index, (entry, place)) in entries.iter().zip(&places).enumerate() {
        let parts = push_entries(pdf, *place, &entry.parts, of, next);
        let mut item = pdf.outline_item(*place);
        item.title(TextStr(&entry.title)).parent(parent);
        if let Some(before) = index.checked_sub(1).and_then(|before| places.get(before)) {
            item.prev(*before);
        }
        if let Some(after) = places.get(index + 1) {
            item.next(*after);
        }
        if let Some((first, last)) = parts {
            // A negative count keeps the parts folded until they are asked for.
            item.first(first).last(last).count(-(entry.parts.len() as i32));
        }
        if let (Some(page), Some((to, _))) = (of.0.get(entry.target.page), of.1.get(entry.target.page)) {
            item.dest().page(*to).xyz(0.0, (page.size.1 - entry.target.top) as f32, None);
        }
    }
    Some((*places.first()?, *places.last()?))
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

    use super::super::palette::Ink;
    use super::super::scene::{Anchor, Text};
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
