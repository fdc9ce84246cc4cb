//! Predicates: MongoDB's query language, as in `$match`.

use bson::Bson;

use super::{Expr, FieldRef, JsonSchema, Operator, Path};

/// Whether a document matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate<F: FieldRef = Path> {
    /// All hold; the empty list holds always (`{}`).
    And(Vec<Predicate<F>>),
    /// At least one holds.
    Or(Vec<Predicate<F>>),
    /// None holds.
    Nor(Vec<Predicate<F>>),
    /// `$expr`: the expression is true.
    Expr(Expr<F>),
    /// `$jsonSchema`: the subject, which is the document, is as the schema says.
    JsonSchema(Expr<F>, Box<JsonSchema>),
    /// A field passes a test.
    Field(F, Test),
}

/// What a field's value is tested for. Unless said otherwise a test also passes when the value is an array and one of
/// its elements passes.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `$eq $ne $gt $gte $lt $lte`; but for `$ne`, only within the same type bracket.
    Compare(Comparison, Bson),
    /// `$in`: equals one of the values, or matches one of the regular expressions among them.
    In(Vec<Bson>),
    /// `$nin`: not [`Test::In`].
    NotIn(Vec<Bson>),
    /// `$exists`.
    Exists(bool),
    /// `$type`: has one of the types.
    Type(Vec<TypeName>),
    /// `$regex`, or a regular expression as value.
    Regex(Regex),
    /// `$mod`: `value % divisor == remainder`, on whole parts.
    Mod {
        /// Never 0.
        divisor: i64,
        /// May be negative.
        remainder: i64,
    },
    /// `$bitsAllSet` and its kin: bits of a whole number or of binary data, by their positions from the lowest.
    Bits(BitTest, Vec<u32>),
    /// `$size`: an array of just so many elements.
    Size(i64),
    /// `$all`: every one of the tests passes, each on any element.
    All(Vec<Test>),
    /// `$elemMatch` with conditions on fields: one element is a document that matches.
    ElemMatchObject(Box<Predicate>),
    /// `$elemMatch` with operators: one element passes all the tests.
    ElemMatchValue(Vec<Test>),
    /// Several operators on one field: each passes (on an array, each by any element).
    And(Vec<Test>),
    /// `$not`.
    Not(Box<Test>),
}

/// The query language's comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `$eq`
    Eq,
    /// `$ne`
    Ne,
    /// `$gt`
    Gt,
    /// `$gte`
    Gte,
    /// `$lt`
    Lt,
    /// `$lte`
    Lte,
}

/// What is asked of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as in MongoDB, whose manual defines it")]
pub enum BitTest {
    AllSet,
    AllClear,
    AnySet,
    AnyClear,
}

impl BitTest {
    const ALL: [Self; 4] = [Self::AllSet, Self::AllClear, Self::AnySet, Self::AnyClear];

    /// The operator, with the dollar sign.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AllSet => "$bitsAllSet",
            Self::AllClear => "$bitsAllClear",
            Self::AnySet => "$bitsAnySet",
            Self::AnyClear => "$bitsAnyClear",
        }
    }

    /// The test of this operator.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|test| test.name() == name)
    }
}

/// A PCRE pattern with its options (a subset of `imxsu`, sorted).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    /// The pattern.
    pub pattern: String,
    /// The options.
    pub options: String,
}

/// A type as `$type` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// `"number"`: int, long, double or decimal.
    Number,
    /// One BSON type, by its number (1 double, 2 string, 3 object, 4 array, … 19 decimal, -1 minKey, 127 maxKey).
    Code(i32),
}

impl Comparison {
    /// The operator, with the dollar sign.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eq => "$eq",
            Self::Ne => "$ne",
            Self::Gt => "$gt",
            Self::Gte => "$gte",
            Self::Lt => "$lt",
            Self::Lte => "$lte",
        }
    }

    /// The operator that compares two expressions in the same way.
    #[must_use]
    pub fn operator(self) -> Operator {
        match self {
            Self::Eq => Operator::Eq,
            Self::Ne => Operator::Ne,
            Self::Gt => Operator::Gt,
            Self::Gte => Operator::Gte,
            Self::Lt => Operator::Lt,
            Self::Lte => Operator::Lte,
        }
    }
}
