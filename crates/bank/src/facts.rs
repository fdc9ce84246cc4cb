//! The data quality of an import, told in facts that any front can list.

use diagnostic::in_doubt;
use extract::Quality;
use insight::QualityPage;

/// How the facts on outliers by Tukey's fences begin.
const OUTLIERS: &str = "Outliers";

/// The facts without those that the quality page tells: outliers, by its own, wider fences, and what the import found doubtful.
pub(crate) fn beside_page(facts: &mut Vec<(String, String)>, page: &QualityPage) {
    let doubts: Vec<String> = page.import_doubts.iter().map(in_doubt).collect();
    facts.retain(|(name, finding)| !name.starts_with(OUTLIERS) && !doubts.contains(finding));
}

/// What the user should know of an import, a line each: what was assumed, what was left out, what is in doubt.
#[must_use]
pub fn notices_of_import(quality: &Quality) -> Vec<String> {
    quality.notices.iter().cloned().chain(quality.doubts.iter().map(in_doubt)).collect()
}

/// The facts of a data quality summary, each a label with its value.
#[must_use]
pub fn quality_facts(quality: &Quality) -> Vec<(String, String)> {
    let mut facts = vec![
        ("Rows".to_owned(), report::count(quality.rows)),
        ("Duplicate customers".to_owned(), report::count(quality.duplicates)),
    ];
    for column in &quality.columns {
        if let Some(missing) = column.missing.filter(|missing| *missing > 0) {
            facts.push((format!("Missing {}", column.name), report::count(missing)));
        }
    }
    for column in &quality.columns {
        // Where half of the customers have one value, all others would be outliers.
        let has_range = |outliers: &extract::Outliers| outliers.low < outliers.high;
        if let Some(outliers) = column.outliers.filter(|one| one.below + one.above > 0 && has_range(one)) {
            let n = report::count(outliers.below + outliers.above);
            let fences = format!("{n} outside {} to {} (Tukey's fences)", outliers.low, outliers.high);
            facts.push((format!("{OUTLIERS} {}", column.name), fences));
        }
    }
    for rule in quality.consistency.iter().filter(|rule| rule.broken > 0) {
        facts.push(("Rows that break a rule".to_owned(), format!("{}: {}", report::count(rule.broken), rule.rule)));
    }
    facts.extend(notices_of_import(quality).into_iter().map(|notice| ("Notice".to_owned(), notice)));
    facts
}
