//! A font within a PDF: the glyphs that the page shows, and what each of them stands for.
//!
//! In: runs of glyphs. Out: the operators that show them, and at the end the objects that hold their shapes, their widths and
//! their text. Invariant: every glyph that is shown is in the file.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use super::compressed;
use crate::Error;
use crate::chart::font::{Face, Glyph};

const SYSTEM: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// PDF counts in thousandths of an em.
const THOUSAND: f64 = 1000.0;

pub(crate) struct Embedded {
    face: &'static Face,
    is_bold: bool,
    /// From the font's glyphs to those of the part that is embedded.
    kept: GlyphRemapper,
    /// What each embedded glyph stands for.
    texts: BTreeMap<u16, String>,
}

/// The numbers of a font's objects.
pub(crate) struct Places {
    pub(crate) root: Ref,
    descendant: Ref,
    descriptor: Ref,
    texts: Ref,
    shapes: Ref,
}

impl Places {
    /// The next free numbers.
    pub(crate) fn from(next: &mut Ref) -> Self {
        Self {
            root: next.bump(),
            descendant: next.bump(),
            descriptor: next.bump(),
            texts: next.bump(),
            shapes: next.bump(),
        }
    }
}

impl Embedded {
    pub(crate) fn new(is_bold: bool) -> Result<Self, Error> {
        let (kept, texts) = (GlyphRemapper::new(), BTreeMap::new());
        Ok(Self { face: Face::of(is_bold)?, is_bold, kept, texts })
    }

    pub(crate) fn face(&self) -> &'static Face {
        self.face
    }

    /// Its name among the page's resources.
    pub(crate) fn name(&self) -> Name<'static> {
        Name(if self.is_bold { b"B" } else { b"R" })
    }

    pub(crate) fn is_used(&self) -> bool {
        self.kept.num_gids() > 1
    }

    /// Takes a line's glyphs into the file; gives the text that a reader takes from them.
    pub(super) fn keep(&mut self, glyphs: &[Glyph<'_>]) -> String {
        let mut told = String::new();
        for glyph in glyphs {
            let id = self.kept.remap(glyph.id);
            // The box stands for whatever the font lacks.
            if glyph.id != 0 && !glyph.text.is_empty() {
                self.texts.entry(id).or_insert_with(|| glyph.text.to_owned());
            }
            told.push_str(self.texts.get(&id).map_or("", String::as_str));
        }
        told
    }

    /// Shows glyphs of one height from where the text matrix is.
    pub(crate) fn show(&mut self, content: &mut Content, glyphs: &[Glyph<'_>]) {
        let mut operation = content.show_positioned();
        let mut items = operation.items();
        let mut bytes = Vec::new();
        let mut pen = glyphs.first().map_or(0.0, |glyph| glyph.x);
        for glyph in glyphs {
            let back = ((pen - glyph.x) * THOUSAND).round();
            if back != 0.0 {
                items.show(Str(&bytes)).adjust(back as f32);
                bytes.clear();
                pen -= back / THOUSAND;
            }
            bytes.extend(self.kept.remap(glyph.id).to_be_bytes());
            pen += self.face.advance(glyph.id);
        }
        items.show(Str(&bytes));
    }

    /// Writes its objects.
    pub(crate) fn write(&self, pdf: &mut Pdf, places: &Places) -> Result<(), Error> {
        let name = self.full_name();
        let name = Name(name.as_bytes());
        let measures = self.face.measures();
        let thousandths = |ems: f64| (ems * THOUSAND).round() as f32;
        pdf.type0_font(places.root)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(places.descendant)
            .to_unicode(places.texts);

        let mut descendant = pdf.cid_font(places.descendant);
        descendant.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(places.descriptor);
        descendant.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let widths = self.kept.remapped_gids().map(|glyph| (self.face.advance(glyph) * THOUSAND) as f32);
        descendant.widths().consecutive(0, widths);
        descendant.finish();

        let [left, bottom, right, top] = measures.bounds.map(thousandths);
        pdf.font_descriptor(places.descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(left, bottom, right, top))
            .italic_angle(0.0)
            .ascent(thousandths(measures.ascent))
            .descent(thousandths(measures.descent))
            .cap_height(thousandths(measures.cap_height))
            .stem_v(if self.is_bold { 180.0 } else { 90.0 })
            .font_file2(places.shapes);

        let mut texts = UnicodeCmap::new(Name(b"Texts"), SYSTEM);
        for (id, text) in &self.texts {
            texts.pair_with_multiple(*id, text.chars());
        }
        pdf.cmap(places.texts, &compressed(&texts.finish())?).filter(Filter::FlateDecode);
        let shapes = subsetter::subset(self.face.bytes(), 0, &self.kept);
        let shapes = shapes.map_err(|error| Error::encoding(&error.to_string()))?;
        let stream = compressed(&shapes)?;
        pdf.stream(places.shapes, &stream).filter(Filter::FlateDecode).pair(Name(b"Length1"), shapes.len() as i32);
        Ok(())
    }

    /// The font's name, after six letters that tell apart the parts of it that several files embed.
    fn full_name(&self) -> String {
        let glyphs = self.kept.remapped_gids();
        // FNV-1a, so that the name is the same everywhere.
        let mut hash = glyphs.fold(2_166_136_261_u32, |hash, glyph| (hash ^ u32::from(glyph)).wrapping_mul(16_777_619));
        let mut name = String::new();
        for _ in 0..6 {
            name.push(char::from(b'A' + (hash % 26) as u8));
            hash /= 26;
        }
        name + if self.is_bold { "+DejaVuSans-Bold" } else { "+DejaVuSans" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_copied() {
        let mut font = Embedded::new(false).unwrap();
        assert!(!font.is_used());
        for text in ["Card = Gold, 18.1 %", "office AVAVA", "Ünïcödé"] {
            assert_eq!(font.keep(&font.face().line(text).unwrap().glyphs), text);
        }
        // What one glyph after the other does not tell: letters without a glyph, and those that are read from the right.
        assert_eq!(font.keep(&font.face().line("カード a").unwrap().glyphs), " a");
        assert_eq!(font.keep(&font.face().line("שלום").unwrap().glyphs), "םולש");
        assert!(font.is_used());
    }

    #[test]
    fn glyphs_lie_where_the_layout_puts_them() {
        let mut font = Embedded::new(false).unwrap();
        let mut shown = |text: &str| {
            let line = font.face().line(text).unwrap();
            let mut content = Content::new();
            font.show(&mut content, &line.glyphs);
            String::from_utf8_lossy(&content.finish()).into_owned()
        };
        // One string where glyphs follow each other by their own widths, and a step back where they are kerned.
        assert_eq!(shown("HH").matches('(').count() + shown("HH").matches('<').count(), 1);
        let kerned = shown("AV");
        let step = kerned.split([')', '(', '<', '>', '[', ']', ' ']).find_map(|part| part.parse::<f64>().ok());
        assert!(step.is_some_and(|step| step > 20.0 && step < 120.0), "{kerned}");
    }

    #[test]
    fn the_file_holds_the_glyphs_that_are_shown() {
        let whole = Face::of(false).unwrap().bytes().len();
        let size = |text: &str| {
            let mut font = Embedded::new(false).unwrap();
            let line = font.face().line(text).unwrap();
            font.show(&mut Content::new(), &line.glyphs);
            let (mut pdf, mut next) = (Pdf::new(), Ref::new(1));
            font.write(&mut pdf, &Places::from(&mut next)).unwrap();
            (font.full_name(), pdf.finish().len())
        };
        let (few, many) = (size("ab"), size("abcdefghijklmnopqrstuvwxyz"));
        assert!(few.1 > 1000 && few.1 + 1000 < many.1 && many.1 < whole / 10, "{few:?} {many:?}");
        assert_ne!(few.0, many.0);
        assert!(few.0.ends_with("+DejaVuSans") && few.0.len() == 17);
    }
}
