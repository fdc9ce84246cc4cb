//! Describes one thing of the catalog for a reader: what it is, and a pipeline that one can paste.

use std::fmt::Write;
use std::sync::Arc;

use pipeline::{Error, nearest};

use crate::{Analysis, Catalog, Dimension, Measure, MeasureRole};

impl Catalog {
    /// The analysis, dimension or measure of this name, described.
    pub fn show(&self, name: &str) -> Result<String, Error> {
        if let Ok(analysis) = self.analysis(name) {
            return Ok(show_analysis(analysis));
        }
        if let Ok(measure) = self.measure(name) {
            return Ok(self.show_measure(&measure));
        }
        if let Ok(dimension) = self.dimension(name) {
            return Ok(self.show_dimension(&dimension));
        }
        if let Some(left_out) = self.left_out().iter().find(|left_out| left_out.name == name) {
            return Err(left_out.error());
        }
        let analyses = self.analyses().iter().map(|analysis| analysis.name.as_str());
        let dimensions = self.dimensions().iter().map(|dimension| dimension.name.as_str());
        let measures = self.measures().iter().flat_map(Measure::names);
        let names = analyses.chain(dimensions).chain(measures);
        let error = Error::input(format!("no analysis, dimension or measure is called `{}`", diagnostic::quote(name)));
        Err(error.hint(nearest("name", name, names)))
    }

    fn show_dimension(&self, dimension: &Dimension) -> String {
        let mut text = format!("dimension {}: {}\n", dimension.name, dimension.label);
        if !dimension.order.is_empty() {
            let order: Vec<String> = dimension.order.iter().map(pipeline::print::value).collect();
            append(&mut text, &format!("values in order: {}", order.join(", ")));
        }
        if let Some(missing) = &dimension.missing {
            append(&mut text, &format!("missing answer: {}", pipeline::print::value(missing)));
        }
        match &dimension.banded_by {
            Some(band) if band.is_empty() => append(&mut text, "has too many values to group by"),
            Some(band) => {
                append(&mut text, &format!("has too many values to group by; the dimension `{band}` bands it"));
            }
            None => {
                let customers: Vec<&str> =
                    self.measure_of(MeasureRole::Customers).map(|measure| measure.name.as_str()).into_iter().collect();
                if let Ok(counted) = self.compose(&[&dimension.name], &customers, None, &Arc::default()) {
                    text.push_str(&pipelines(&counted));
                }
            }
        }
        text
    }

    fn show_measure(&self, measure: &Measure) -> String {
        let mut text = format!("measure {}: {}\n", measure.name, measure.label);
        if let Ok(computed) = self.compose(&[], &[&measure.name], None, &Arc::default()) {
            text.push_str(&pipelines(&computed));
        }
        text
    }
}

fn show_analysis(analysis: &Analysis) -> String {
    let names = |names: Vec<&str>| if names.is_empty() { "all customers".to_owned() } else { names.join(", ") };
    let by = names(analysis.by.iter().map(|dimension| dimension.name.as_str()).collect());
    let measures = names(analysis.measures.iter().map(|measure| measure.name.as_str()).collect());
    let (topic, title) = (&analysis.topic.folder, &analysis.title);
    let mut text = format!("analysis {} ({topic}): {title}\n{}\n", analysis.name, analysis.question);
    append(&mut text, &format!("by: {by}"));
    append(&mut text, &format!("measures: {measures}"));
    append(&mut text, &format!("how to read it: {}", analysis.reading));
    text.push_str(&pipelines(analysis));
    text
}

fn pipelines(analysis: &Analysis) -> String {
    let each = analysis.queries().iter().map(|(collection, pipeline)| pipeline::print::mongosh(collection, pipeline));
    each.fold(String::new(), |text, pipeline| text + "\n" + pipeline.trim_end() + "\n")
}

fn append(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes it all");
}
