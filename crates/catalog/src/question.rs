//! Questions of one's own: dimensions and measures by name, put together into an analysis.
//!
//! In: names and a filter. Out: an analysis with title, question, sentence and chart, as those of files have them.

use std::sync::Arc;

use diagnostic::list;
use pipeline::ast::{Predicate, Reads};
use pipeline::{Error, FieldType};

use crate::analysis::{Analysis, Finding, Form};
use crate::catalog::{Catalog, Wanted};
use crate::chart::{Chart, ChartKind};
use crate::fields::PlainField;
use crate::measure::{Interval, Measure, MeasureRole};
use crate::words::lowered;
use crate::{Dimension, Topic};

impl Catalog {
    /// A question of one's own: `measures` (none: the topic's usual ones) by `by`, over the customers for whom `filter`
    /// holds.
    pub fn compose(
        &self,
        by: &[&str],
        measures: &[&str],
        filter: Option<&Predicate>,
        topic: &Arc<Topic>,
    ) -> Result<Analysis, Error> {
        let by: Vec<Dimension> = by.iter().map(|name| self.groupable(named(name)?)).collect::<Result<_, _>>()?;
        if let Some(twice) = by.iter().enumerate().find(|(i, one)| by[..*i].iter().any(|other| other.name == one.name))
        {
            return Err(Error::input(format!("the dimension `{}` is named twice", twice.1.name)));
        }
        let measures: Vec<Measure> = if measures.is_empty() {
            // Of the usual ones, those that this bank can have.
            topic.measures.iter().filter_map(|name| self.measure(name).ok()).collect()
        } else {
            self.all_asked(measures)?
        };
        let topic = Arc::clone(topic);
        let names_counts = measures.iter().any(|measure| measure.role == Some(MeasureRole::Customers));
        let intervals = measures.iter().map(|measure| measure.name.clone()).collect();
        let finding = own_finding(&by, &measures);
        let total = first_total(&measures).map(|measure| measure.name.clone());
        let (title, question) = own_words(&by, &measures);
        let wanted =
            Wanted { name: "question", topic, by, form: Form::Together, measures, intervals, top: None, finding };
        let mut analysis = self.analysis_of(wanted, None);
        analysis.is_own = true;
        analysis.names_counts = names_counts;
        analysis.title = title;
        analysis.question = question;
        analysis.reading = own_reading(&analysis.measures);
        analysis.chart = own_chart(&analysis, total);
        Ok(match filter {
            Some(filter) => analysis.with_filter(filter),
            None => analysis,
        })
    }

    /// The measures of these names. What a word for several brings, such as `quartiles`, stands once beside what is named by itself.
    fn all_asked(&self, names: &[&str]) -> Result<Vec<Measure>, Error> {
        let mut all: Vec<(Measure, bool)> = Vec::new();
        for name in names {
            let asked = self.asked_measures(named(name)?)?;
            let are_several = asked.len() > 1;
            for measure in asked {
                match all.iter_mut().find(|(there, _)| there.name == measure.name) {
                    None => all.push((measure, are_several)),
                    Some((_, came_with_others)) if are_several || *came_with_others => *came_with_others = are_several,
                    Some(_) => return Err(Error::input(format!("the measure `{}` is named twice", measure.name))),
                }
            }
        }
        Ok(all.into_iter().map(|(measure, _)| measure).collect())
    }

    /// A dimension whose values can be the rows of a table.
    fn groupable(&self, name: &str) -> Result<Dimension, Error> {
        let dimension = self.dimension(name)?;
        if let Some(person) = self.names_a_person(&dimension) {
            return Err(Error::input(format!("`{person}` names persons, so customers are not grouped by it")));
        }
        let Some(band) = &dimension.banded_by else { return Ok(dimension) };
        if self.contract.key().name == dimension.name {
            let error = Error::input(format!("`{name}` names the customers, so each would be a group of its own"));
            return Err(error.hint("a list of customers shows each in a row"));
        }
        let what = match dimension.unit {
            _ if self.type_of(&dimension) == Some(FieldType::Date) => "any day",
            crate::Unit::Text => "any text",
            _ => "any number",
        };
        let error = Error::input(format!("`{name}` may hold {what}, so customers are not grouped by it"));
        Err(error.hint(match (band.is_empty(), dimension.unit) {
            (false, _) => format!("the dimension `{band}` puts its values in bands"),
            (true, crate::Unit::Text) => format!("`distinct:{name}` counts its values"),
            (true, _) => format!("a measure such as `median:{name}` sums it up"),
        }))
    }

    /// The column that a dimension is, or is computed from, if that column names a person.
    pub(crate) fn names_a_person(&self, dimension: &Dimension) -> Option<&str> {
        self.person_in(&dimension.expr.reads())
    }

    /// The first column among what is read that names a person.
    pub(crate) fn person_in(&self, reads: &Reads) -> Option<&str> {
        let read = |field: &&PlainField| reads.named().iter().any(|path| path.to_string() == field.joined_path);
        let mut columns = self.fields.iter().filter(read).map(|field| &self.contract.columns[field.column]);
        columns.find(|column| column.direct_identifier).map(|column| column.name.as_str())
    }
}

/// A name without the blanks around it, which stand behind commas; an empty one is refused.
fn named(name: &str) -> Result<&str, Error> {
    match name.trim() {
        "" => Err(Error::input("a name is empty")
            .hint("names stand between commas, with nothing before the first or behind the last")),
        name => Ok(name),
    }
}

/// What to say of a question of one's own.
fn own_finding(by: &[Dimension], measures: &[Measure]) -> Finding {
    if by.is_empty() {
        return Finding::Overview;
    }
    if measures.iter().any(|measure| matches!(measure.interval, Interval::Rate { .. })) {
        return Finding::Rates;
    }
    let mean = measures.iter().find(|measure| matches!(measure.interval, Interval::Mean { .. }));
    let quantile = || measures.iter().find(|measure| matches!(measure.interval, Interval::Ranks { .. }));
    let told = mean.or_else(quantile).or_else(|| first_total(measures));
    told.map_or(Finding::Largest, |measure| Finding::Extremes(measure.name.clone()))
}

/// The measure that is named first, if it is more than how many customers there are: a sum, a standard deviation.
fn first_total(measures: &[Measure]) -> Option<&Measure> {
    measures.first().filter(|measure| measure.role != Some(MeasureRole::Customers) && !measure.is_share_of_customers())
}

/// How to read it.
fn own_reading(measures: &[Measure]) -> String {
    let has = |is_kind: fn(&Interval) -> bool| measures.iter().any(|measure| is_kind(&measure.interval));
    let rates = has(|interval| matches!(interval, Interval::Rate { .. }));
    let means = has(|interval| matches!(interval, Interval::Mean { .. }));
    let intervals = match (rates, means) {
        (true, true) => "Rates stand with 95 % Wilson intervals, means with 95 % Student intervals; groups",
        (true, false) => "Rates stand with 95 % Wilson intervals; groups",
        (false, true) => "Means stand with 95 % Student intervals; groups",
        (false, false) => "Groups",
    };
    format!("Each row is a group of customers. {intervals} of fewer than 30 customers are shown, not ranked.")
}

/// Title and question, in words.
fn own_words(by: &[Dimension], measures: &[Measure]) -> (String, String) {
    let labels: Vec<String> = by.iter().map(|dimension| lowered(&dimension.label)).collect();
    let phrases: Vec<String> = measures.iter().map(|measure| measure.phrase.clone()).collect();
    let (labels, phrases) = (list(&labels), list(&phrases));
    if by.is_empty() {
        let verb = if measures.len() == 1 { "is" } else { "are" };
        return ("Customers".to_owned(), format!("What {verb} the {phrases}?"));
    }
    let verb = if measures.len() == 1 { "does" } else { "do" };
    (format!("Customers by {labels}"), format!("How {verb} the {phrases} differ by {labels}?"))
}

/// A chart for one or two dimensions: the first rate or mean with its interval, else the first total, else the customers.
fn own_chart(analysis: &Analysis, total: Option<String>) -> Option<Chart> {
    let shown = analysis.measures.iter().find(|measure| measure.interval != Interval::None);
    let customers = || Some(analysis.measure_of(MeasureRole::Customers)?.name.clone());
    let y = shown.map(|measure| measure.name.clone()).or(total).or_else(customers)?;
    let (kind, series, interval) = match (analysis.by.as_slice(), shown) {
        ([_], Some(_)) => (ChartKind::Interval, None, analysis.interval_columns(&y)),
        ([_], None) => (ChartKind::Bar, None, None),
        ([_, second], Some(_)) => (ChartKind::SmallMultiples, Some(second.name.clone()), analysis.interval_columns(&y)),
        ([_, second], None) => (ChartKind::Heatmap, Some(second.name.clone()), None),
        _ => return None,
    };
    Some(Chart { kind, x: analysis.by[0].name.clone(), y: vec![y], series, interval })
}
