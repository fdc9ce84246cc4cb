//! Charts of answers: in a file, or in text below their table.
//!
//! In: answers, and where the user wants their charts. Out: a picture, or text.
//! Invariant: no chart is drawn where data goes to a program.

use std::path::Path;

use bank::Answer;

use crate::failure::Failure;
use crate::output;
use crate::tables::Target;

/// The width of a chart where standard output is no terminal.
const WIDTH: usize = 100;

/// Whether charts are drawn on the terminal.
pub(crate) fn is_drawn_here(chart: Option<&Path>) -> bool {
    chart.is_some() && output::file(chart).is_none()
}

/// Refuses a file that is no picture, and a chart in the midst of data.
pub(crate) fn check(chart: Option<&Path>, table: Option<&Path>, target: &Target<'_>) -> Result<(), Failure> {
    if let Some(file) = output::file(chart) {
        bank::check_picture(file)?;
    }
    if is_drawn_here(chart) && output::file(table).is_none() && !target.is_for_reading() {
        let message = "`--chart -` draws on standard output, where the table goes as data";
        let hint = "write the table to a file with `-o`, or the chart to one such as `chart.svg`";
        return Err(Failure::hinted(message, hint));
    }
    Ok(())
}

/// Writes the chart of an answer, where it goes into a file.
pub(crate) fn write(chart: Option<&Path>, answer: &Answer) -> Result<(), Failure> {
    match output::file(chart) {
        Some(file) => Ok(bank::write_file(file, &bank::picture(file, answer)?)?),
        None => Ok(()),
    }
}

/// The charts as text, one an answer; nothing of those of several that have none.
pub(crate) fn in_text(answers: &[Answer]) -> Result<Vec<String>, Failure> {
    let chart = |answer: &Answer| match (&answer.chart, answers) {
        (Some(_), _) => Ok(drawn(answer)? + "\n"),
        (None, [_]) => Err(bank::no_chart(answer).into()),
        (None, _) => Ok(String::new()),
    };
    answers.iter().map(chart).collect()
}

/// A chart as text, as wide as the terminal.
pub(crate) fn drawn(answer: &Answer) -> Result<String, Failure> {
    Ok(report::chart::terminal(answer, output::width().unwrap_or(WIDTH)).map_err(bank::Error::from)?)
}
