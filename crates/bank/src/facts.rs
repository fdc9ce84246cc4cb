//! The data quality of an import, told in facts that any front can list.

use extract::Quality;

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
        if let Some(outliers) = column.outliers.filter(|outliers| outliers.below + outliers.above > 0) {
            let n = report::count(outliers.below + outliers.above);
            let fences = format!("{n} outside {} to {} (Tukey's fences)", outliers.low, outliers.high);
            facts.push((format!("Outliers {}", column.name), fences));
        }
    }
    for rule in quality.consistency.iter().filter(|rule| rule.broken > 0) {
        facts.push(("Rows that break a rule".to_owned(), format!("{}: {}", report::count(rule.broken), rule.rule)));
    }
    facts.extend(quality.notices.iter().map(|notice| ("Notice".to_owned(), notice.clone())));
    facts
}
