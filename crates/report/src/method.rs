//! What a report says of itself: how its numbers were made, and why analyses are left out.
//!
//! In: a [`Report`]. Out: sentences. Invariant: each holds of every bank.

use crate::Report;

/// What stands above the analyses that are left out.
pub(crate) const LEFT_OUT: &str = "Analyses of columns that this data does not have, each with what it needs.";

/// The method, a sentence or a few on each point; `pipelines` says where the pipelines are.
pub(crate) fn lines(report: &Report, pipelines: &str) -> Vec<String> {
    let cause = "Association is not cause, and columns may cover the same months in which accounts closed.";
    let outcome = report.answers.first().map(|answer| answer.outcome.clone()).unwrap_or_default();
    vec![
        format!("Every number comes from the MongoDB pipeline that {pipelines}; paste it into mongosh to check it."),
        "Rates carry a 95 % Wilson interval and the number of customers behind them. Means are weighted by customers."
            .to_owned(),
        "A difference that is called one has a test behind it that fits what is compared: chi-square for rates, Welch’s \
         analysis of variance for means, Cochran and Armitage’s test for a trend. Where many are tested, p-values are adjusted \
         by Benjamini and Hochberg’s method. Cramér’s V says how strong an association is, from 0 to 1."
            .to_owned(),
        "Where the data are all customers of the bank, and no sample of them, the rates and means are exact. Their intervals \
         then say how far such a figure could differ by chance in another year, or among other customers like these."
            .to_owned(),
        "A missing answer is shown, last, and never interpreted.".to_owned(),
        outcome.say(cause),
    ]
}
