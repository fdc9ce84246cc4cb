//! The one `match` that gives each operator its meaning.
//!
//! Most take evaluated arguments ([`Args`]); those that must not evaluate all of them take the expressions.

use std::cmp::Ordering;

use bson::Bson;
use pipeline::ast::{Expr, Operator};

use super::args::Args;
use super::arithmetic::{
    abs, add, bits, divide, logarithm, modulo, multiply, pow, rand, root, round, similarity, subtract, trigonometry,
    whole,
};
use super::array::{concat_arrays, element, index_of, n_of, range, reverse, size, slice, sort, zip};
use super::binary::{digest, hashed, size as bytes, timestamp};
use super::convert::{extended_json, kind, to_other, to_type};
use super::date;
use super::logic::{boolean, choice, compare};
use super::object::{array_to_object, field, merge_objects, object_to_array};
use super::set::{combine, relate, truth};
use super::statistics::{extreme, percentile, std_dev, total};
use super::string::{case, concat, index_of as text_index, length, regex, replace, split, substr, trim};
use super::{Env, Source};
use crate::Error;
use crate::value::Value;

/// The value of a call. The first operators evaluate their arguments themselves: one by one until the result is known,
/// or in another order.
#[expect(clippy::too_many_lines, reason = "one line an operator")]
pub(super) fn call<S: Source>(env: &Env<'_, S>, operator: Operator, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let args =
        if is_lazy(operator) { Some(Args::none()) } else { Args::unless_null(env, exprs, n_null_first(operator))? };
    let Some(args) = &args else { return Ok(Some(Bson::Null)) };
    let (a, b, c) = (args.at(0), args.at(1), args.at(2));
    match operator {
        Operator::Add => add::add(env, exprs),
        Operator::Multiply => multiply::multiply(env, exprs),
        Operator::Divide => right_first(env, exprs, divide::divide),
        Operator::Subtract => right_first(env, exprs, subtract::subtract),
        Operator::And => boolean::and(env, exprs),
        Operator::Or => boolean::or(env, exprs),
        Operator::Cond => choice::cond(env, exprs),
        Operator::IfNull => choice::if_null(env, exprs),
        Operator::Concat => concat::concat(env, exprs),
        Operator::ConcatArrays => concat_arrays::concat_arrays(env, exprs),
        Operator::SetIntersection => combine::intersection(env, exprs),
        Operator::SetUnion => combine::union(env, exprs),
        Operator::SortArray => sort::sort(env, exprs),
        Operator::MergeObjects => merge_objects::merge_objects(env, exprs),
        Operator::BitAnd | Operator::BitOr | Operator::BitXor => bits::combine(env, operator, exprs),
        Operator::GetField => field::get(env, exprs),
        Operator::Convert => to_type::convert(env, exprs),
        Operator::DateFromString => date::from_string(env, exprs),
        Operator::DateToString => date::to_string(env, exprs),
        Operator::Abs => abs::abs(a),
        Operator::Ceil => whole::ceil(a),
        Operator::Exp => root::exp(a),
        Operator::Floor => whole::floor(a),
        Operator::Ln => logarithm::ln(a),
        Operator::Log => logarithm::log(a, b),
        Operator::Log10 => logarithm::log10(a),
        Operator::Mod => modulo::modulo(a, b),
        Operator::Pow => pow::pow(a, b),
        Operator::Round => round::round(args),
        Operator::Sqrt => root::sqrt(a),
        Operator::Trunc => round::trunc(args),
        Operator::Cmp => Ok(Some(compare::cmp(a, b))),
        Operator::Eq => Ok(Some(compare::holds(a, b, Ordering::is_eq))),
        Operator::Gt => Ok(Some(compare::holds(a, b, Ordering::is_gt))),
        Operator::Gte => Ok(Some(compare::holds(a, b, Ordering::is_ge))),
        Operator::Lt => Ok(Some(compare::holds(a, b, Ordering::is_lt))),
        Operator::Lte => Ok(Some(compare::holds(a, b, Ordering::is_le))),
        Operator::Ne => Ok(Some(compare::holds(a, b, Ordering::is_ne))),
        Operator::Not => Ok(Some(boolean::not(a))),
        Operator::IndexOfBytes => text_index::bytes(args),
        Operator::IndexOfCp => text_index::code_points(env, exprs),
        Operator::Split => split::split(a, b),
        Operator::StrLenBytes => length::bytes(a),
        Operator::StrLenCp => length::code_points(a),
        Operator::StrCaseCmp => case::compare(a, b),
        Operator::Substr => substr::bytes(a, b, c),
        Operator::SubstrBytes => substr::bytes(a, b, c),
        Operator::SubstrCp => substr::code_points(a, b, c),
        Operator::ToLower => case::to_lower(a),
        Operator::ToUpper => case::to_upper(a),
        Operator::AllElementsTrue => truth::all(a),
        Operator::AnyElementTrue => truth::any(a),
        Operator::ArrayElemAt => element::at(a, b),
        Operator::ArrayToObject => array_to_object::array_to_object(a),
        Operator::First => element::first(a),
        Operator::In => index_of::contains(a, b),
        Operator::IndexOfArray => index_of::index_of_array(env, exprs),
        Operator::IsArray => Ok(Some(size::is_array(a))),
        Operator::Last => element::last(a),
        Operator::ObjectToArray => object_to_array::object_to_array(a),
        Operator::Range => range::range(args),
        Operator::ReverseArray => reverse::reverse(a),
        Operator::SetDifference => combine::difference(a, b),
        Operator::SetEquals => relate::equals(env, exprs),
        Operator::SetIsSubset => relate::is_subset(env, exprs),
        Operator::Size => size::size(a),
        Operator::Slice => slice::slice(args),
        Operator::Avg => Ok(Some(total::avg(args))),
        Operator::Max => Ok(Some(extreme::max(args))),
        Operator::Min => Ok(Some(extreme::min(args))),
        Operator::StdDevPop => Ok(Some(std_dev::population(args))),
        Operator::StdDevSamp => Ok(Some(std_dev::sample(args))),
        Operator::Sum => Ok(Some(total::sum(args))),
        Operator::IsNumber => Ok(Some(kind::is_number(a))),
        Operator::ToBool => to_type::shorthand(a, "bool"),
        Operator::ToDate => to_type::shorthand(a, "date"),
        Operator::ToDecimal => to_type::shorthand(a, "decimal"),
        Operator::ToDouble => to_type::shorthand(a, "double"),
        Operator::ToInt => to_type::shorthand(a, "int"),
        Operator::ToLong => to_type::shorthand(a, "long"),
        Operator::ToObjectId => to_type::shorthand(a, "objectId"),
        Operator::ToString => to_type::shorthand(a, "string"),
        Operator::Type => Ok(Some(kind::name(a))),
        Operator::Year
        | Operator::Month
        | Operator::DayOfMonth
        | Operator::DayOfWeek
        | Operator::DayOfYear
        | Operator::Hour
        | Operator::Minute
        | Operator::Second
        | Operator::Millisecond
        | Operator::Week
        | Operator::IsoWeek
        | Operator::IsoWeekYear
        | Operator::IsoDayOfWeek => date::part(operator, args),
        Operator::RegexMatch => regex::is_match(args),
        Operator::RegexFind => regex::find(args),
        Operator::RegexFindAll => regex::find_all(args),
        Operator::ReplaceOne => replace::one(args),
        Operator::ReplaceAll => replace::all(args),
        Operator::Trim => trim::trim(trim::Ends::Both, args),
        Operator::Ltrim => trim::trim(trim::Ends::Left, args),
        Operator::Rtrim => trim::trim(trim::Ends::Right, args),
        Operator::Zip => zip::zip(env, exprs),
        Operator::FirstN => n_of::first_n(args),
        Operator::LastN => n_of::last_n(args),
        Operator::MaxN => n_of::max_n(args),
        Operator::MinN => n_of::min_n(args),
        Operator::SetField => field::set(env, exprs),
        Operator::DateAdd => date::date_add(args),
        Operator::DateSubtract => date::date_subtract(args),
        Operator::DateDiff => date::diff(args),
        Operator::DateTrunc => date::trunc(args),
        Operator::DateToParts => date::to_parts(args),
        Operator::DateFromParts => date::from_parts(args),
        Operator::Median => Ok(Some(percentile::median(args))),
        Operator::Percentile => percentile::percentile(args),
        Operator::Sin
        | Operator::Cos
        | Operator::Tan
        | Operator::Asin
        | Operator::Acos
        | Operator::Atan
        | Operator::Sinh
        | Operator::Cosh
        | Operator::Tanh
        | Operator::Asinh
        | Operator::Acosh
        | Operator::Atanh
        | Operator::DegreesToRadians
        | Operator::RadiansToDegrees => trigonometry::call(operator, a),
        Operator::Atan2 => trigonometry::atan2(a, b),
        Operator::BsonSize => bytes::bson(a),
        Operator::BinarySize => bytes::binary(a),
        Operator::TsSecond => timestamp::second(a),
        Operator::TsIncrement => timestamp::increment(a),
        Operator::ToHashedIndexKey => hashed::key(a),
        Operator::UnsetField => field::unset(env, exprs),
        Operator::Rand => rand::rand(),
        Operator::BitNot => bits::not(a),
        Operator::Sigmoid => root::sigmoid(a),
        Operator::ToUuid => to_other::uuid(a),
        Operator::ToArray => to_other::array(a),
        Operator::ToObject => to_other::object(a),
        Operator::Subtype => bytes::subtype(a),
        Operator::HexHash => digest::hex(a, b),
        Operator::SimilarityCosine | Operator::SimilarityDotProduct | Operator::SimilarityEuclidean => {
            similarity::similarity(operator, args)
        }
        Operator::CreateObjectId => field::create_object_id(),
        Operator::SerializeEjson => extended_json::serialize(a, b),
    }
}

/// MongoDB: these two look at their second argument first, which tells where both fail.
fn right_first<S: Source>(
    env: &Env<'_, S>,
    exprs: &[Expr<S::Field>],
    of: fn(Option<&Bson>, Option<&Bson>) -> Result<Value, Error>,
) -> Result<Value, Error> {
    let [a, b] = exprs else { return Ok(None) };
    let b = env.find(b)?;
    let a = env.find(a)?;
    of(a.as_deref(), b.as_deref())
}

/// Whether an operator takes its arguments as expressions.
fn is_lazy(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Add
            | Operator::Multiply
            | Operator::Divide
            | Operator::Subtract
            | Operator::And
            | Operator::Or
            | Operator::Cond
            | Operator::IfNull
            | Operator::Concat
            | Operator::ConcatArrays
            | Operator::SetIntersection
            | Operator::SetEquals
            | Operator::SetIsSubset
            | Operator::SetUnion
            | Operator::SortArray
            | Operator::MergeObjects
            | Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::GetField
            | Operator::SetField
            | Operator::UnsetField
            | Operator::Convert
            | Operator::DateFromString
            | Operator::DateToString
            | Operator::IndexOfArray
            | Operator::IndexOfCp
            | Operator::Zip
    )
}

/// How many of the first arguments give null where they are null or missing, before the others are looked at.
fn n_null_first(operator: Operator) -> usize {
    match operator {
        Operator::DateAdd | Operator::DateSubtract | Operator::DateDiff => 3,
        Operator::DateTrunc => 2,
        Operator::Round
        | Operator::Trunc
        | Operator::IndexOfBytes
        | Operator::Trim
        | Operator::Ltrim
        | Operator::Rtrim
        | Operator::Year
        | Operator::Month
        | Operator::DayOfMonth
        | Operator::DayOfWeek
        | Operator::DayOfYear
        | Operator::Hour
        | Operator::Minute
        | Operator::Second
        | Operator::Millisecond
        | Operator::Week
        | Operator::IsoWeek
        | Operator::IsoWeekYear
        | Operator::IsoDayOfWeek => 1,
        _ => 0,
    }
}
