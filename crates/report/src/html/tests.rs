use super::*;
use crate::samples;

#[test]
fn page() {
    let report = samples::report();
    let page = html(&report);
    if let Ok(folder) = std::env::var("REPORT_GALLERY") {
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(format!("{folder}/report.html"), &page).unwrap();
    }
}
