//! Names: what MongoDB has and we do not yet, the aliases of types, the options of regular expressions.

use crate::{
    Error,
    ast::{Accumulator, TypeName},
};

/// The stages that we have.
pub(super) const STAGES: &[&str] = &[
    "$match",
    "$project",
    "$addFields",
    "$set",
    "$unset",
    "$group",
    "$sort",
    "$limit",
    "$skip",
    "$count",
    "$sortByCount",
    "$unwind",
    "$lookup",
    "$facet",
    "$bucket",
    "$bucketAuto",
    "$replaceRoot",
    "$replaceWith",
    "$unionWith",
    "$setWindowFields",
];

/// The stages that MongoDB has besides.
pub(super) const UNSUPPORTED_STAGES: &[&str] = &[
    "$changeStream",
    "$changeStreamSplitLargeEvent",
    "$collStats",
    "$currentOp",
    "$densify",
    "$documents",
    "$fill",
    "$geoNear",
    "$graphLookup",
    "$indexStats",
    "$listLocalSessions",
    "$listSampledQueries",
    "$listSearchIndexes",
    "$listSessions",
    "$merge",
    "$out",
    "$planCacheStats",
    "$querySettings",
    "$queryStats",
    "$rankFusion",
    "$redact",
    "$sample",
    "$scoreFusion",
    "$search",
    "$searchMeta",
    "$shardedDataDistribution",
    "$vectorSearch",
];

/// The expression operators that MongoDB has besides.
pub(super) const UNSUPPORTED_OPERATORS: &[&str] = &[
    "$accumulator",
    "$acos",
    "$acosh",
    "$asin",
    "$asinh",
    "$atan",
    "$atan2",
    "$atanh",
    "$binarySize",
    "$bitAnd",
    "$bitNot",
    "$bitOr",
    "$bitXor",
    "$bsonSize",
    "$cos",
    "$cosh",
    "$degreesToRadians",
    "$encStrContains",
    "$encStrEndsWith",
    "$encStrNormalizedEq",
    "$encStrStartsWith",
    "$function",
    "$meta",
    "$radiansToDegrees",
    "$rand",
    "$sampleRate",
    "$sin",
    "$sinh",
    "$sigmoid",
    "$tan",
    "$tanh",
    "$toHashedIndexKey",
    "$toUUID",
    "$toObject",
    "$toArray",
    "$tsIncrement",
    "$tsSecond",
    "$unsetField",
    "$createObjectId",
    "$similarityCosine",
    "$similarityDotProduct",
    "$similarityEuclidean",
    "$serializeEJSON",
    "$deserializeEJSON",
    "$hash",
    "$hexHash",
    "$subtype",
];

/// The accumulators that MongoDB has besides.
pub(super) const UNSUPPORTED_ACCUMULATORS: &[&str] = &["$accumulator", "$concatArrays", "$setUnion"];

/// The window functions that MongoDB has besides.
pub(super) const UNSUPPORTED_WINDOW_FUNCTIONS: &[&str] = &[
    "$covariancePop",
    "$covarianceSamp",
    "$derivative",
    "$expMovingAvg",
    "$integral",
    "$linearFill",
    "$locf",
    "$minMaxScaler",
    "$concatArrays",
    "$setUnion",
];

/// The window functions that are no accumulators.
pub(super) const WINDOW_FUNCTIONS: &[&str] = &["$rank", "$denseRank", "$documentNumber", "$shift"];

/// The operators on one field in the query language.
pub(super) const FIELD_OPERATORS: &[&str] = &[
    "$eq",
    "$ne",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$exists",
    "$type",
    "$regex",
    "$options",
    "$mod",
    "$size",
    "$all",
    "$elemMatch",
    "$not",
];

/// The operators on one field that MongoDB has besides.
pub(super) const UNSUPPORTED_FIELD_OPERATORS: &[&str] = &[
    "$bitsAllClear",
    "$bitsAllSet",
    "$bitsAnyClear",
    "$bitsAnySet",
    "$geoIntersects",
    "$geoWithin",
    "$near",
    "$nearSphere",
    "$within",
    "$box",
    "$center",
    "$centerSphere",
    "$geometry",
    "$maxDistance",
    "$minDistance",
    "$polygon",
    "$encryptedIndex",
];

/// The operators at the top of a query.
pub(super) const TOP_OPERATORS: &[&str] = &["$and", "$or", "$nor", "$expr", "$comment", "$alwaysTrue", "$alwaysFalse"];

/// The operators at the top of a query that MongoDB has besides.
pub(super) const UNSUPPORTED_TOP_OPERATORS: &[&str] = &["$jsonSchema", "$sampleRate", "$text", "$where"];

/// The error for what MongoDB has and we have not.
pub(super) fn unsupported(what: &str) -> Error {
    Error::unsupported(format!("{what} is not supported yet")).hint("a MongoDB server runs this pipeline as it stands")
}

/// Whether MongoDB has a window function of that name that is no accumulator.
pub(super) fn is_window_function(name: &str) -> bool {
    WINDOW_FUNCTIONS.contains(&name) || UNSUPPORTED_WINDOW_FUNCTIONS.contains(&name)
}

/// Whether the accumulator may be used in `$setWindowFields`.
pub(super) fn works_in_windows(accumulator: Accumulator) -> bool {
    accumulator != Accumulator::MergeObjects
}

/// Whether the name is an operator on one field in the query language.
pub(crate) fn is_field_operator(name: &str) -> bool {
    FIELD_OPERATORS.contains(&name) || UNSUPPORTED_FIELD_OPERATORS.contains(&name)
}

const TYPES: &[(&str, i32)] = &[
    ("double", 1),
    ("string", 2),
    ("object", 3),
    ("array", 4),
    ("binData", 5),
    ("undefined", 6),
    ("objectId", 7),
    ("bool", 8),
    ("date", 9),
    ("null", 10),
    ("regex", 11),
    ("dbPointer", 12),
    ("javascript", 13),
    ("symbol", 14),
    ("javascriptWithScope", 15),
    ("int", 16),
    ("timestamp", 17),
    ("long", 18),
    ("decimal", 19),
    ("minKey", -1),
    ("maxKey", 127),
];

/// The type of this alias, as in `{$type: "string"}`.
pub(crate) fn type_alias(name: &str) -> Option<TypeName> {
    if name == "number" {
        return Some(TypeName::Number);
    }
    TYPES.iter().find(|(alias, _)| *alias == name).map(|(_, code)| TypeName::Code(*code))
}

/// The alias of the type with this number.
pub(crate) fn type_name(code: i32) -> Option<&'static str> {
    TYPES.iter().find(|(_, known)| *known == code).map(|(alias, _)| *alias)
}

/// The type of this number, as in `{$type: 2}`.
pub(super) fn type_code(code: i64) -> Option<TypeName> {
    TYPES.iter().find(|(_, known)| i64::from(*known) == code).map(|(_, code)| TypeName::Code(*code))
}

/// All aliases of types.
pub(super) fn type_aliases() -> impl Iterator<Item = &'static str> {
    std::iter::once("number").chain(TYPES.iter().map(|(alias, _)| *alias))
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
        let both: Vec<_> = operators.filter(|name| UNSUPPORTED_OPERATORS.contains(name)).collect();
        assert_eq!(both, Vec::<&str>::new());
        assert!(STAGES.iter().all(|name| !UNSUPPORTED_STAGES.contains(name)));
        assert!(UNSUPPORTED_ACCUMULATORS.iter().all(|name| Accumulator::named(name).is_none()));
    }
}
