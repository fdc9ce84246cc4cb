use catalog::ChartKind;
use insight::Cell;

use super::*;
use crate::samples;

/// Where `REPORT_GALLERY` names a folder, the pictures are written there to be looked at.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("REPORT_GALLERY") {
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}

#[test]
fn every_sample_has_all_pictures() {
    for answer in samples::all() {
        let light = svg(&answer, Theme::Light).unwrap();
        keep(&format!("{}.svg", answer.name), light.as_bytes());
        keep(&format!("{}.dark.svg", answer.name), svg(&answer, Theme::Dark).unwrap().as_bytes());
        keep(&format!("{}.txt", answer.name), terminal(&answer, 80).unwrap().as_bytes());
        keep(&format!("{}.narrow.svg", answer.name), inline(&Plot::of(&answer).unwrap(), &answer, 358.0).as_bytes());
    }
    let step = samples::step();
    let (png, pdf) = (png(&step).unwrap(), pdf(&step).unwrap());
    keep("step.png", &png);
    keep("step.pdf", &pdf);
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() > 10_000);
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 4_000);
}
