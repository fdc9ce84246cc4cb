//! The names of MongoDB's aggregation language, as far as it reads data: which we have, and since when a server has them.

use crate::ast::{Accumulator, Operator, WINDOW_FUNCTIONS};
use crate::parse::{names, stage};

/// One name of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Where it stands.
    pub part: Part,
    /// With the dollar sign.
    pub name: &'static str,
    /// The first server version that has it, such as `5.0`; `3.0` stands for any, `Atlas` for MongoDB's own cloud.
    pub since: &'static str,
    /// Whether we take it.
    pub is_supported: bool,
}

/// The parts of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A stage of a pipeline.
    Stage,
    /// An operator in an expression.
    Operator,
    /// What gathers a group, in `$group` and elsewhere.
    Accumulator,
    /// What only `$setWindowFields` has.
    WindowFunction,
    /// A test of one field in a query.
    FieldTest,
    /// What stands in a query in place of a field.
    Condition,
}

/// Every name, by part and in alphabetical order.
#[must_use]
pub fn language() -> Vec<Known> {
    let operators = Operator::all().iter().map(|spec| (spec.name, spec.since));
    let accumulators = Accumulator::all().iter().map(|spec| (spec.name, spec.since));
    let lists: [(Part, Vec<names::Known>, &[names::Known]); 6] = [
        (Part::Stage, stage::known().collect(), names::UNSUPPORTED_STAGES),
        (Part::Operator, operators.chain(names::FORMS.iter().copied()).collect(), names::UNSUPPORTED_OPERATORS),
        (Part::Accumulator, accumulators.collect(), names::UNSUPPORTED_ACCUMULATORS),
        (Part::WindowFunction, WINDOW_FUNCTIONS.to_vec(), &[]),
        (Part::FieldTest, names::FIELD_OPERATORS.to_vec(), names::UNSUPPORTED_FIELD_OPERATORS),
        (Part::Condition, names::TOP_OPERATORS.to_vec(), names::UNSUPPORTED_TOP_OPERATORS),
    ];
    let mut all: Vec<Known> = Vec::new();
    for (part, ours, others) in lists {
        let known = |is_supported: bool| move |&(name, since): &names::Known| Known { part, name, since, is_supported };
        all.extend(ours.iter().map(known(true)).chain(others.iter().map(known(false))));
    }
    all.sort_by_key(|known| (known.part, known.name.to_lowercase()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let all = language();
        assert!(all.len() > 250, "{}", all.len());
        for pair in all.windows(2) {
            assert!((pair[0].part, pair[0].name) != (pair[1].part, pair[1].name), "{}", pair[0].name);
        }
    }
}
