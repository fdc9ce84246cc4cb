//! A picture as its marks, before it is a file.
//!
//! In: what `canvas` draws. Out: what `svg`, `png` and `pdf` write, in the same order. Coordinates are CSS pixels, from the
//! top left inside the margin. Invariant: every coordinate is finite, and no text has a control character.

use super::palette::{Ink, Theme};

/// A coordinate: to the right, and down.
pub(crate) type Point = (f64, f64);

/// The rim of a dot, in the colour of the background.
pub(crate) const RIM: f64 = 1.5;

/// How much of an area's ink covers what lies below.
pub(crate) const AREA_OPACITY: f64 = 0.16;

/// A whole picture.
pub(crate) struct Scene {
    /// Its size without the margin.
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) margin: f64,
    pub(crate) theme: Theme,
    pub(crate) marks: Vec<Mark>,
}

/// A stroke of the pen.
pub(crate) enum Mark {
    /// Opens a group whose text appears when the pointer rests on it.
    Tip(String),
    EndTip,
    Rect {
        corner: Point,
        size: Point,
        ink: Ink,
    },
    Line {
        from: Point,
        to: Point,
        width: f64,
        ink: Ink,
    },
    /// A disc with a rim.
    Dot {
        center: Point,
        radius: f64,
        ink: Ink,
    },
    Polyline {
        points: Vec<Point>,
        width: f64,
        ink: Ink,
    },
    /// A translucent area.
    Area {
        outline: Vec<Point>,
        ink: Ink,
    },
    Text(Text),
}

/// A line of text.
pub(crate) struct Text {
    /// Where its baseline has its anchor.
    pub(crate) at: Point,
    pub(crate) content: String,
    pub(crate) size: u32,
    pub(crate) anchor: Anchor,
    pub(crate) ink: Ink,
    pub(crate) is_bold: bool,
    /// Whether it reads upwards.
    pub(crate) is_upright: bool,
}

/// Where a text starts from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Scene {
    /// Its size with the margin.
    pub(crate) fn full_size(&self) -> Point {
        (self.width + 2.0 * self.margin, self.height + 2.0 * self.margin)
    }
}

impl Anchor {
    /// How much of a text's width lies before its point.
    pub(crate) fn share_before(self) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle => 0.5,
            Self::End => 1.0,
        }
    }
}
