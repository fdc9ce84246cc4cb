//! Names: what MongoDB has and we do not yet, the aliases of types, the options of regular expressions.

use crate::{
    Error,
    ast::{Accumulator, TypeName, WINDOW_FUNCTIONS},
    types,
};

/// A name, and the first server version that has it; 3.0 stands for any.
pub(crate) type Known = (&'static str, &'static str);

/// Whether the name is in the list.
pub(super) fn lists(known: &[Known], name: &str) -> bool {
    known.iter().any(|(other, _)| *other == name)
}

/// The names of a list.
pub(super) fn names(known: &'static [Known]) -> impl Iterator<Item = &'static str> {
    known.iter().map(|(name, _)| *name)
}

/// The stages that MongoDB has besides, and that read a collection's data.
pub(crate) const UNSUPPORTED_STAGES: &[Known] = &[
    ("$geoNear", "3.0"),
    ("$search", "Atlas"),
    ("$searchMeta", "Atlas"),
    ("$vectorSearch", "Atlas"),
    ("$rankFusion", "8.0"),
    ("$scoreFusion", "8.2"),
];

/// The stages that tell of the server itself: none of a bank's questions needs them.
pub(crate) const STAGES_OF_THE_SERVER: &[&str] = &[
    "$changeStream",
    "$changeStreamSplitLargeEvent",
    "$collStats",
    "$currentOp",
    "$indexStats",
    "$listLocalSessions",
    "$listSampledQueries",
    "$listSearchIndexes",
    "$listSessions",
    "$planCacheStats",
    "$querySettings",
    "$queryStats",
    "$shardedDataDistribution",
];

/// The stages that do more than read what is there, and are sent to no server unseen.
pub(super) const NEVER_PASSED_ON: &[&str] = &["$out", "$merge", "$changeStream", "$changeStreamSplitLargeEvent"];

/// The expression operators whose arguments are not all expressions in a row, or see variables of their own.
pub(crate) const FORMS: &[Known] = &[
    ("$literal", "3.0"),
    ("$let", "3.0"),
    ("$switch", "3.4"),
    ("$map", "3.0"),
    ("$filter", "3.2"),
    ("$reduce", "3.4"),
];

/// The expression operators that MongoDB has besides.
pub(crate) const UNSUPPORTED_OPERATORS: &[Known] = &[
    ("$encStrContains", "8.2"),
    ("$encStrEndsWith", "8.2"),
    ("$encStrNormalizedEq", "8.2"),
    ("$encStrStartsWith", "8.2"),
    ("$function", "4.4"),
    ("$meta", "3.0"),
    ("$deserializeEJSON", "8.3"),
    ("$hash", "8.3"),
];

/// The accumulators that MongoDB has besides.
pub(crate) const UNSUPPORTED_ACCUMULATORS: &[Known] = &[("$accumulator", "4.4")];

/// The operators on one field in the query language.
pub(crate) const FIELD_OPERATORS: &[Known] = &[
    ("$eq", "3.0"),
    ("$ne", "3.0"),
    ("$gt", "3.0"),
    ("$gte", "3.0"),
    ("$lt", "3.0"),
    ("$lte", "3.0"),
    ("$in", "3.0"),
    ("$nin", "3.0"),
    ("$exists", "3.0"),
    ("$type", "3.0"),
    ("$regex", "3.0"),
    ("$options", "3.0"),
    ("$mod", "3.0"),
    ("$size", "3.0"),
    ("$all", "3.0"),
    ("$elemMatch", "3.0"),
    ("$not", "3.0"),
    ("$bitsAllClear", "3.2"),
    ("$bitsAllSet", "3.2"),
    ("$bitsAnyClear", "3.2"),
    ("$bitsAnySet", "3.2"),
];

/// The operators on one field that MongoDB has besides.
pub(crate) const UNSUPPORTED_FIELD_OPERATORS: &[Known] = &[
    ("$geoIntersects", "3.0"),
    ("$geoWithin", "3.0"),
    ("$near", "3.0"),
    ("$nearSphere", "3.0"),
    ("$within", "3.0"),
    ("$encryptedIndex", "7.0"),
];

/// The operators at the top of a query.
pub(crate) const TOP_OPERATORS: &[Known] = &[
    ("$and", "3.0"),
    ("$or", "3.0"),
    ("$nor", "3.0"),
    ("$expr", "3.6"),
    ("$comment", "3.0"),
    ("$alwaysTrue", "3.6"),
    ("$alwaysFalse", "3.6"),
    ("$jsonSchema", "3.6"),
    ("$sampleRate", "4.4"),
];

/// The operators at the top of a query that MongoDB has besides.
pub(crate) const UNSUPPORTED_TOP_OPERATORS: &[Known] = &[("$text", "3.0"), ("$where", "3.0")];

/// What to do with a pipeline that we do not have.
pub(super) const NOT_OURS: &str = "MongoDB has it, the embedded engine has not: `aggregate` on a server passes it on";

/// The same of what is passed on to no server.
pub(super) const NOT_PASSED_ON: &str = "it does more than read what is there: mongosh or a driver runs it on a server";

/// The error for what MongoDB has and we have not.
pub(super) fn unsupported(what: &str) -> Error {
    Error::unsupported(format!("{what} is not supported yet")).hint(NOT_OURS)
}

/// Whether there is a window function of that name that is no accumulator.
pub(super) fn is_window_function(name: &str) -> bool {
    lists(WINDOW_FUNCTIONS, name)
}

/// Whether the accumulator may be used in `$setWindowFields`.
pub(super) fn works_in_windows(accumulator: Accumulator) -> bool {
    accumulator != Accumulator::MergeObjects
}

/// Whether the name is an operator on one field in the query language.
pub(crate) fn is_field_operator(name: &str) -> bool {
    lists(FIELD_OPERATORS, name) || lists(UNSUPPORTED_FIELD_OPERATORS, name)
}

/// The type of this alias, as in `{$type: "string"}`.
pub(crate) fn type_alias(name: &str) -> Option<TypeName> {
    if name == "number" { Some(TypeName::Number) } else { types::code(name).map(TypeName::Code) }
}

/// The type of this number, as in `{$type: 2}`.
pub(super) fn type_code(code: i64) -> Option<TypeName> {
    let code = i32::try_from(code).ok()?;
    types::name(code).map(|_| TypeName::Code(code))
}

/// All aliases of types.
pub(super) fn type_aliases() -> impl Iterator<Item = &'static str> {
    std::iter::once("number").chain(types::names())
}

/// The options of a regular expression, sorted and each once; the error says which are unknown.
pub(crate) fn regex_options(options: &str) -> Result<String, String> {
    if let Some(unknown) = options.chars().find(|option| !"imsxu".contains(*option)) {
        return Err(format!(
            "unknown option `{unknown}` of a regular expression: the options are `i`, `m`, `s`, `x`, `u`"
        ));
    }
    Ok("imsux".chars().filter(|option| options.contains(*option)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Operator;

    #[test]
    fn nothing_is_both_supported_and_not() {
        let operators = Operator::all().iter().map(|spec| spec.name);
        let both: Vec<_> = operators.filter(|name| lists(UNSUPPORTED_OPERATORS, name)).collect();
        assert_eq!(both, Vec::<&str>::new());
        assert!(
            crate::parse::stage::known()
                .map(|(name, _)| name)
                .all(|name| !lists(UNSUPPORTED_STAGES, name) && !STAGES_OF_THE_SERVER.contains(&name))
        );
        assert!(names(UNSUPPORTED_ACCUMULATORS).all(|name| Accumulator::named(name).is_none()));
    }
}
