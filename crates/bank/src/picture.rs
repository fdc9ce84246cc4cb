//! An answer's chart as the bytes of a picture file.

use std::path::Path;

use diagnostic::Diagnostic;
use insight::Answer;
use report::chart;

use crate::{Error, ErrorKind};

/// The chart as the ending of `file` says: `.svg`, `.png` or `.pdf`.
pub fn picture(file: &Path, answer: &Answer) -> Result<Vec<u8>, Error> {
    if answer.chart.is_none() {
        return Err(Error::new(ErrorKind::Usage, Diagnostic::new(format!("`{}` has no chart", answer.name))));
    }
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("svg") => Ok(chart::svg(answer, chart::Theme::Light)?.into_bytes()),
        Some("png") => Ok(chart::png(answer)?),
        Some("pdf") => Ok(chart::pdf(answer)?),
        _ => Err(Error::new(
            ErrorKind::Usage,
            Diagnostic::new(format!("`{}` names no kind of picture", file.display()))
                .hint("it ends in .svg, .png or .pdf"),
        )),
    }
}
