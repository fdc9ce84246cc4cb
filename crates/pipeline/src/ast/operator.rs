//! Expression operators: the registry of their names and arguments.
//!
//! A new operator is one variant and one row here, and one arm with its meaning in an engine.

use super::Comparison;

/// The expression operators that are plain functions of their arguments. `$let $switch $map $filter $reduce $literal`
/// have forms of their own in [`super::Expr`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named as in MongoDB, whose manual defines it")]
pub enum Operator {
    Abs,
    Add,
    Ceil,
    Divide,
    Exp,
    Floor,
    Ln,
    Log,
    Log10,
    Mod,
    Multiply,
    Pow,
    Round,
    Sqrt,
    Subtract,
    Trunc,
    Cmp,
    Eq,
    Gt,
    Gte,
    Lt,
    Lte,
    Ne,
    And,
    Or,
    Not,
    IfNull,
    Concat,
    IndexOfBytes,
    IndexOfCp,
    Split,
    StrLenBytes,
    StrLenCp,
    StrCaseCmp,
    Substr,
    SubstrBytes,
    SubstrCp,
    ToLower,
    ToUpper,
    AllElementsTrue,
    AnyElementTrue,
    ArrayElemAt,
    ArrayToObject,
    ConcatArrays,
    First,
    In,
    IndexOfArray,
    IsArray,
    Last,
    ObjectToArray,
    Range,
    ReverseArray,
    SetDifference,
    SetEquals,
    SetIntersection,
    SetIsSubset,
    SetUnion,
    Size,
    Slice,
    Avg,
    Max,
    Min,
    StdDevPop,
    StdDevSamp,
    Sum,
    MergeObjects,
    IsNumber,
    ToBool,
    ToDate,
    ToDecimal,
    ToDouble,
    ToInt,
    ToLong,
    ToObjectId,
    ToString,
    Type,
    Year,
    Month,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    Hour,
    Minute,
    Second,
    Millisecond,
    Week,
    IsoWeek,
    IsoWeekYear,
    IsoDayOfWeek,
    Cond,
    Convert,
    RegexMatch,
    RegexFind,
    RegexFindAll,
    ReplaceOne,
    ReplaceAll,
    Trim,
    Ltrim,
    Rtrim,
    Zip,
    SortArray,
    FirstN,
    LastN,
    MaxN,
    MinN,
    GetField,
    SetField,
    DateAdd,
    DateSubtract,
    DateDiff,
    DateTrunc,
    DateToString,
    DateFromString,
    DateToParts,
    DateFromParts,
    Median,
    Percentile,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Atan2,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    DegreesToRadians,
    RadiansToDegrees,
    BsonSize,
    BinarySize,
    TsSecond,
    TsIncrement,
    ToHashedIndexKey,
    UnsetField,
    Rand,
    BitAnd,
    BitOr,
    BitXor,
    BitNot,
    Sigmoid,
    ToUuid,
    ToArray,
    ToObject,
    Subtype,
    HexHash,
    SimilarityCosine,
    SimilarityDotProduct,
    SimilarityEuclidean,
    CreateObjectId,
    SerializeEjson,
}

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

const ONE: Arguments = Arguments::Positional { min: 1, max: 1 };
const TWO: Arguments = Arguments::Positional { min: 2, max: 2 };
const ANY: Arguments = Arguments::Positional { min: 0, max: usize::MAX };

/// The date parts all take a date and perhaps a time zone.
const DATE_PART: Arguments = Arguments::NamedOrSingle(&[("date", true), ("timezone", false)]);

const fn spec(operator: Operator, name: &'static str, arguments: Arguments, since: &'static str) -> OperatorSpec {
    OperatorSpec { operator, name, arguments, since }
}

const REGISTRY: &[OperatorSpec] = &[
    spec(Operator::Abs, "$abs", ONE, "3.0"),
    spec(Operator::Add, "$add", ANY, "3.0"),
    spec(Operator::Ceil, "$ceil", ONE, "3.0"),
    spec(Operator::Divide, "$divide", TWO, "3.0"),
    spec(Operator::Exp, "$exp", ONE, "3.0"),
    spec(Operator::Floor, "$floor", ONE, "3.0"),
    spec(Operator::Ln, "$ln", ONE, "3.0"),
    spec(Operator::Log, "$log", TWO, "3.0"),
    spec(Operator::Log10, "$log10", ONE, "3.0"),
    spec(Operator::Mod, "$mod", TWO, "3.0"),
    spec(Operator::Multiply, "$multiply", ANY, "3.0"),
    spec(Operator::Pow, "$pow", TWO, "3.0"),
    spec(Operator::Round, "$round", Arguments::Positional { min: 1, max: 2 }, "4.2"),
    spec(Operator::Sqrt, "$sqrt", ONE, "3.0"),
    spec(Operator::Subtract, "$subtract", TWO, "3.0"),
    spec(Operator::Trunc, "$trunc", Arguments::Positional { min: 1, max: 2 }, "3.2"),
    spec(Operator::Cmp, "$cmp", TWO, "3.0"),
    spec(Operator::Eq, "$eq", TWO, "3.0"),
    spec(Operator::Gt, "$gt", TWO, "3.0"),
    spec(Operator::Gte, "$gte", TWO, "3.0"),
    spec(Operator::Lt, "$lt", TWO, "3.0"),
    spec(Operator::Lte, "$lte", TWO, "3.0"),
    spec(Operator::Ne, "$ne", TWO, "3.0"),
    spec(Operator::And, "$and", ANY, "3.0"),
    spec(Operator::Or, "$or", ANY, "3.0"),
    spec(Operator::Not, "$not", ONE, "3.0"),
    spec(Operator::IfNull, "$ifNull", Arguments::Positional { min: 2, max: usize::MAX }, "3.0"),
    spec(Operator::Concat, "$concat", ANY, "3.0"),
    spec(Operator::IndexOfBytes, "$indexOfBytes", Arguments::Positional { min: 2, max: 4 }, "3.0"),
    spec(Operator::IndexOfCp, "$indexOfCP", Arguments::Positional { min: 2, max: 4 }, "3.0"),
    spec(Operator::Split, "$split", TWO, "3.0"),
    spec(Operator::StrLenBytes, "$strLenBytes", ONE, "3.0"),
    spec(Operator::StrLenCp, "$strLenCP", ONE, "3.0"),
    spec(Operator::StrCaseCmp, "$strcasecmp", TWO, "3.0"),
    spec(Operator::Substr, "$substr", Arguments::Positional { min: 3, max: 3 }, "3.0"),
    spec(Operator::SubstrBytes, "$substrBytes", Arguments::Positional { min: 3, max: 3 }, "3.0"),
    spec(Operator::SubstrCp, "$substrCP", Arguments::Positional { min: 3, max: 3 }, "3.0"),
    spec(Operator::ToLower, "$toLower", ONE, "3.0"),
    spec(Operator::ToUpper, "$toUpper", ONE, "3.0"),
    spec(Operator::AllElementsTrue, "$allElementsTrue", ONE, "3.0"),
    spec(Operator::AnyElementTrue, "$anyElementTrue", ONE, "3.0"),
    spec(Operator::ArrayElemAt, "$arrayElemAt", TWO, "3.0"),
    spec(Operator::ArrayToObject, "$arrayToObject", ONE, "3.6"),
    spec(Operator::ConcatArrays, "$concatArrays", ANY, "3.0"),
    spec(Operator::First, "$first", ONE, "4.4"),
    spec(Operator::In, "$in", TWO, "3.0"),
    spec(Operator::IndexOfArray, "$indexOfArray", Arguments::Positional { min: 2, max: 4 }, "3.0"),
    spec(Operator::IsArray, "$isArray", ONE, "3.0"),
    spec(Operator::Last, "$last", ONE, "4.4"),
    spec(Operator::ObjectToArray, "$objectToArray", ONE, "3.6"),
    spec(Operator::Range, "$range", Arguments::Positional { min: 2, max: 3 }, "3.0"),
    spec(Operator::ReverseArray, "$reverseArray", ONE, "3.0"),
    spec(Operator::SetDifference, "$setDifference", TWO, "3.0"),
    spec(Operator::SetEquals, "$setEquals", Arguments::Positional { min: 2, max: usize::MAX }, "3.0"),
    spec(Operator::SetIntersection, "$setIntersection", ANY, "3.0"),
    spec(Operator::SetIsSubset, "$setIsSubset", TWO, "3.0"),
    spec(Operator::SetUnion, "$setUnion", ANY, "3.0"),
    spec(Operator::Size, "$size", ONE, "3.0"),
    spec(Operator::Slice, "$slice", Arguments::Positional { min: 2, max: 3 }, "3.0"),
    spec(Operator::Avg, "$avg", ANY, "3.0"),
    spec(Operator::Max, "$max", ANY, "3.0"),
    spec(Operator::Min, "$min", ANY, "3.0"),
    spec(Operator::StdDevPop, "$stdDevPop", ANY, "3.0"),
    spec(Operator::StdDevSamp, "$stdDevSamp", ANY, "3.0"),
    spec(Operator::Sum, "$sum", ANY, "3.0"),
    spec(Operator::MergeObjects, "$mergeObjects", ANY, "3.6"),
    spec(Operator::IsNumber, "$isNumber", ONE, "4.4"),
    spec(Operator::ToBool, "$toBool", ONE, "4.0"),
    spec(Operator::ToDate, "$toDate", ONE, "4.0"),
    spec(Operator::ToDecimal, "$toDecimal", ONE, "4.0"),
    spec(Operator::ToDouble, "$toDouble", ONE, "4.0"),
    spec(Operator::ToInt, "$toInt", ONE, "4.0"),
    spec(Operator::ToLong, "$toLong", ONE, "4.0"),
    spec(Operator::ToObjectId, "$toObjectId", ONE, "4.0"),
    spec(Operator::ToString, "$toString", ONE, "4.0"),
    spec(Operator::Type, "$type", ONE, "3.0"),
    spec(Operator::Year, "$year", DATE_PART, "3.0"),
    spec(Operator::Month, "$month", DATE_PART, "3.0"),
    spec(Operator::DayOfMonth, "$dayOfMonth", DATE_PART, "3.0"),
    spec(Operator::DayOfWeek, "$dayOfWeek", DATE_PART, "3.0"),
    spec(Operator::DayOfYear, "$dayOfYear", DATE_PART, "3.0"),
    spec(Operator::Hour, "$hour", DATE_PART, "3.0"),
    spec(Operator::Minute, "$minute", DATE_PART, "3.0"),
    spec(Operator::Second, "$second", DATE_PART, "3.0"),
    spec(Operator::Millisecond, "$millisecond", DATE_PART, "3.0"),
    spec(Operator::Week, "$week", DATE_PART, "3.0"),
    spec(Operator::IsoWeek, "$isoWeek", DATE_PART, "3.0"),
    spec(Operator::IsoWeekYear, "$isoWeekYear", DATE_PART, "3.0"),
    spec(Operator::IsoDayOfWeek, "$isoDayOfWeek", DATE_PART, "3.0"),
    spec(Operator::Cond, "$cond", Arguments::NamedOrPositional(&[("if", true), ("then", true), ("else", true)]), "3.0"),
    spec(
        Operator::Convert,
        "$convert",
        Arguments::Named(&[("input", true), ("to", true), ("onError", false), ("onNull", false)]),
        "4.0",
    ),
    spec(
        Operator::RegexMatch,
        "$regexMatch",
        Arguments::Named(&[("input", true), ("regex", true), ("options", false)]),
        "4.2",
    ),
    spec(
        Operator::RegexFind,
        "$regexFind",
        Arguments::Named(&[("input", true), ("regex", true), ("options", false)]),
        "4.2",
    ),
    spec(
        Operator::RegexFindAll,
        "$regexFindAll",
        Arguments::Named(&[("input", true), ("regex", true), ("options", false)]),
        "4.2",
    ),
    spec(
        Operator::ReplaceOne,
        "$replaceOne",
        Arguments::Named(&[("input", true), ("find", true), ("replacement", true)]),
        "4.4",
    ),
    spec(
        Operator::ReplaceAll,
        "$replaceAll",
        Arguments::Named(&[("input", true), ("find", true), ("replacement", true)]),
        "4.4",
    ),
    spec(Operator::Trim, "$trim", Arguments::Named(&[("input", true), ("chars", false)]), "4.0"),
    spec(Operator::Ltrim, "$ltrim", Arguments::Named(&[("input", true), ("chars", false)]), "4.0"),
    spec(Operator::Rtrim, "$rtrim", Arguments::Named(&[("input", true), ("chars", false)]), "4.0"),
    spec(
        Operator::Zip,
        "$zip",
        Arguments::Named(&[("inputs", true), ("useLongestLength", false), ("defaults", false)]),
        "3.0",
    ),
    spec(Operator::SortArray, "$sortArray", Arguments::Named(&[("input", true), ("sortBy", true)]), "5.2"),
    spec(Operator::FirstN, "$firstN", Arguments::Named(&[("n", true), ("input", true)]), "5.2"),
    spec(Operator::LastN, "$lastN", Arguments::Named(&[("n", true), ("input", true)]), "5.2"),
    spec(Operator::MaxN, "$maxN", Arguments::Named(&[("n", true), ("input", true)]), "5.2"),
    spec(Operator::MinN, "$minN", Arguments::Named(&[("n", true), ("input", true)]), "5.2"),
    spec(Operator::GetField, "$getField", Arguments::Named(&[("field", true), ("input", false)]), "5.0"),
    spec(
        Operator::SetField,
        "$setField",
        Arguments::Named(&[("field", true), ("input", true), ("value", true)]),
        "5.0",
    ),
    spec(
        Operator::DateAdd,
        "$dateAdd",
        Arguments::Named(&[("startDate", true), ("unit", true), ("amount", true), ("timezone", false)]),
        "5.0",
    ),
    spec(
        Operator::DateSubtract,
        "$dateSubtract",
        Arguments::Named(&[("startDate", true), ("unit", true), ("amount", true), ("timezone", false)]),
        "5.0",
    ),
    spec(
        Operator::DateDiff,
        "$dateDiff",
        Arguments::Named(&[
            ("startDate", true),
            ("endDate", true),
            ("unit", true),
            ("timezone", false),
            ("startOfWeek", false),
        ]),
        "5.0",
    ),
    spec(
        Operator::DateTrunc,
        "$dateTrunc",
        Arguments::Named(&[
            ("date", true),
            ("unit", true),
            ("binSize", false),
            ("timezone", false),
            ("startOfWeek", false),
        ]),
        "5.0",
    ),
    spec(
        Operator::DateToString,
        "$dateToString",
        Arguments::Named(&[("date", true), ("format", false), ("timezone", false), ("onNull", false)]),
        "3.0",
    ),
    spec(
        Operator::DateFromString,
        "$dateFromString",
        Arguments::Named(&[
            ("dateString", true),
            ("format", false),
            ("timezone", false),
            ("onError", false),
            ("onNull", false),
        ]),
        "3.6",
    ),
    spec(
        Operator::DateToParts,
        "$dateToParts",
        Arguments::Named(&[("date", true), ("timezone", false), ("iso8601", false)]),
        "3.6",
    ),
    spec(
        Operator::DateFromParts,
        "$dateFromParts",
        Arguments::Named(&[
            ("year", false),
            ("month", false),
            ("day", false),
            ("hour", false),
            ("minute", false),
            ("second", false),
            ("millisecond", false),
            ("isoWeekYear", false),
            ("isoWeek", false),
            ("isoDayOfWeek", false),
            ("timezone", false),
        ]),
        "3.6",
    ),
    spec(Operator::Median, "$median", Arguments::Named(&[("input", true), ("method", true)]), "7.0"),
    spec(
        Operator::Percentile,
        "$percentile",
        Arguments::Named(&[("input", true), ("p", true), ("method", true)]),
        "7.0",
    ),
    spec(Operator::Sin, "$sin", ONE, "4.2"),
    spec(Operator::Cos, "$cos", ONE, "4.2"),
    spec(Operator::Tan, "$tan", ONE, "4.2"),
    spec(Operator::Asin, "$asin", ONE, "4.2"),
    spec(Operator::Acos, "$acos", ONE, "4.2"),
    spec(Operator::Atan, "$atan", ONE, "4.2"),
    spec(Operator::Atan2, "$atan2", TWO, "4.2"),
    spec(Operator::Sinh, "$sinh", ONE, "4.2"),
    spec(Operator::Cosh, "$cosh", ONE, "4.2"),
    spec(Operator::Tanh, "$tanh", ONE, "4.2"),
    spec(Operator::Asinh, "$asinh", ONE, "4.2"),
    spec(Operator::Acosh, "$acosh", ONE, "4.2"),
    spec(Operator::Atanh, "$atanh", ONE, "4.2"),
    spec(Operator::DegreesToRadians, "$degreesToRadians", ONE, "4.2"),
    spec(Operator::RadiansToDegrees, "$radiansToDegrees", ONE, "4.2"),
    spec(Operator::BsonSize, "$bsonSize", ONE, "4.4"),
    spec(Operator::BinarySize, "$binarySize", ONE, "4.4"),
    spec(Operator::TsSecond, "$tsSecond", ONE, "5.1"),
    spec(Operator::TsIncrement, "$tsIncrement", ONE, "5.1"),
    spec(Operator::ToHashedIndexKey, "$toHashedIndexKey", Arguments::Whole, "4.4"),
    spec(Operator::UnsetField, "$unsetField", Arguments::Named(&[("field", true), ("input", true)]), "5.0"),
    spec(Operator::Rand, "$rand", Arguments::None, "4.4"),
    spec(Operator::BitAnd, "$bitAnd", ANY, "6.3"),
    spec(Operator::BitOr, "$bitOr", ANY, "6.3"),
    spec(Operator::BitXor, "$bitXor", ANY, "6.3"),
    spec(Operator::BitNot, "$bitNot", ONE, "6.3"),
    spec(Operator::Sigmoid, "$sigmoid", Arguments::NamedOrSingle(&[("input", true)]), "8.2"),
    spec(Operator::ToUuid, "$toUUID", ONE, "8.0"),
    spec(Operator::ToArray, "$toArray", ONE, "8.3"),
    spec(Operator::ToObject, "$toObject", ONE, "8.3"),
    spec(Operator::Subtype, "$subtype", ONE, "8.3"),
    spec(Operator::HexHash, "$hexHash", Arguments::Named(&[("input", true), ("algorithm", true)]), "8.3"),
    spec(Operator::SimilarityCosine, "$similarityCosine", Arguments::Vectors, "8.3"),
    spec(Operator::SimilarityDotProduct, "$similarityDotProduct", Arguments::Vectors, "8.3"),
    spec(Operator::SimilarityEuclidean, "$similarityEuclidean", Arguments::Vectors, "8.3"),
    spec(Operator::CreateObjectId, "$createObjectId", Arguments::None, "8.3"),
    spec(
        Operator::SerializeEjson,
        "$serializeEJSON",
        Arguments::Named(&[("input", true), ("relaxed", false), ("onError", false)]),
        "8.3",
    ),
];

impl Operator {
    /// Every operator, in the order of the registry.
    #[must_use]
    pub fn all() -> &'static [OperatorSpec] {
        REGISTRY
    }

    /// The operator with this name (`"$add"`).
    #[must_use]
    pub fn named(name: &str) -> Option<&'static OperatorSpec> {
        REGISTRY.iter().find(|spec| spec.name == name)
    }

    /// The comparison that it makes, if it is one; but for `$cmp`, which gives a number.
    #[must_use]
    pub fn comparison(self) -> Option<Comparison> {
        [Comparison::Eq, Comparison::Ne, Comparison::Gt, Comparison::Gte, Comparison::Lt, Comparison::Lte]
            .into_iter()
            .find(|comparison| comparison.operator() == self)
    }

    /// Whether it gives another value each time that it is asked, also of the same arguments.
    #[must_use]
    pub fn is_random(self) -> bool {
        matches!(self, Self::Rand | Self::CreateObjectId)
    }

    /// Its row in the registry.
    #[must_use]
    pub fn spec(self) -> &'static OperatorSpec {
        &REGISTRY[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_in_the_order_of_the_variants() {
        for spec in REGISTRY {
            assert_eq!(spec.operator.spec().name, spec.name);
        }
    }
}
