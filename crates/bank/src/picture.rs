//! An answer's chart as the bytes of a picture file.

use std::path::Path;

use diagnostic::Diagnostic;
use insight::{Answer, ColumnRole};
use report::chart;

use crate::{Error, ErrorKind, ending};

/// The kinds of pictures, by the ending of a file's name.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Svg,
    Png,
    Pdf,
}

const ENDINGS: [(&str, Kind); 3] = [("svg", Kind::Svg), ("png", Kind::Png), ("pdf", Kind::Pdf)];

/// Refuses a file whose ending names no kind of picture.
pub fn check_picture(file: &Path) -> Result<(), Error> {
    kind(file).map(drop)
}

fn kind(file: &Path) -> Result<Kind, Error> {
    ending::kind(file, "picture", &ENDINGS)?.ok_or_else(|| ending::refused(file, "picture", &ENDINGS))
}

/// The error for an answer that has no chart.
#[must_use]
pub fn no_chart(answer: &Answer) -> Error {
    let diagnostic = match answer.table.columns.iter().filter(|column| column.role == ColumnRole::Dimension).count() {
        1 | 2 => Diagnostic::new(format!("`{}` has no chart", answer.name)),
        0 => Diagnostic::new("one row of figures has no chart").hint("group by one dimension, or by two"),
        n => {
            Diagnostic::new(format!("groups by {n} dimensions have no chart")).hint("group by one dimension, or by two")
        }
    };
    Error::new(ErrorKind::Usage, diagnostic)
}

/// The chart as the ending of `file` says: `.svg`, `.png` or `.pdf`.
pub fn picture(file: &Path, answer: &Answer) -> Result<Vec<u8>, Error> {
    if answer.chart.is_none() {
        return Err(no_chart(answer));
    }
    match kind(file)? {
        Kind::Svg => Ok(chart::svg(answer, chart::Theme::Light)?.into_bytes()),
        Kind::Png => Ok(chart::png(answer)?),
        Kind::Pdf => Ok(chart::pdf(answer)?),
    }
}
