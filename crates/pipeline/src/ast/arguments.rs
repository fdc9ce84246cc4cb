//! How expression operators take their arguments: what a row of the registry says.

use super::Operator;

/// How an operator takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// `{$op: [a, b]}`, or `{$op: a}` for a single one that is not an array.
    Positional {
        /// Fewest arguments.
        min: usize,
        /// Most arguments.
        max: usize,
    },
    /// `{$op: {name: a, …}}`: each name with whether it is required.
    Named(&'static [(&'static str, bool)]),
    /// Both spellings: `{$op: {name: a, …}}` or all of them in order, `{$op: [a, …]}`.
    NamedOrPositional(&'static [(&'static str, bool)]),
    /// `{$op: a}`, `{$op: [a]}` or `{$op: {name: a, …}}`: the short form gives the first name's value.
    NamedOrSingle(&'static [(&'static str, bool)]),
    /// `{$op: a}`, where also an array is the one argument.
    Whole,
    /// `{$op: {}}`
    None,
    /// `{$op: [a, b]}`, or `{$op: {vectors: [a, b], score: true}}` with a third argument, which is true or false.
    Vectors,
}

/// One row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct OperatorSpec {
    /// Which operator.
    pub operator: Operator,
    /// Its name, with the dollar sign.
    pub name: &'static str,
    /// Its arguments.
    pub arguments: Arguments,
    /// The first server version that has it (3.0 stands for "always").
    pub since: &'static str,
}
