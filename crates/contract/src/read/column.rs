//! `[columns.…]`: one column of the file.

use bson::Bson;
use diagnostic::{Diagnostic, nearest, quote};

use crate::column::{Category, Column, Detail, Kind, Side};
use crate::entry::Entry;
use crate::read::source::Source;
use crate::{CUSTOMERS, Role, TRANSACTIONS, Unit};

/// The keys of a column.
pub(crate) const KEYS: [&str; 25] = [
    "kind",
    "header",
    "range",
    "steps",
    "categories",
    "detail",
    "collection",
    "role",
    "label",
    "unit",
    "phrase",
    "phrases",
    "outcome",
    "nullable",
    "missing",
    "scale",
    "format",
    "numbered",
    "computed",
    "concurrent",
    "derived_from",
    "leaks",
    "direct_identifier",
    "doubt",
    "few",
];
/// The keys of a category.
pub(crate) const CATEGORY_KEYS: [&str; 7] = ["value", "spellings", "missing", "closed", "from", "to", "phrase"];
/// The keys of a detail.
pub(crate) const DETAIL_KEYS: [&str; 2] = ["field", "unit"];
/// The kinds of columns.
pub(crate) const KINDS: [&str; 5] = ["category", "whole", "decimal", "text", "date"];
/// The codes of categories are bytes.
const MOST_CATEGORIES: usize = 255;
/// Parts of one that quartiles are told apart by, where a column does not say.
const STEPS: f64 = 1000.0;

/// Reads the column of that name from the table of all columns. `None` where it has no usable kind.
pub(super) fn read(name: &str, tables: &mut Entry<'_>) -> Option<Column> {
    if let Some(why) = wrong_name(name) {
        let hint = "a column's name is also its field's path in a document";
        tables.fault(name, Diagnostic::new(format!("`{}` cannot be a column's name: {why}", quote(name))).hint(hint));
    }
    let mut entry = tables.table(name)?;
    entry.only(&KEYS);
    let kind = kind(&mut entry);
    let role = role(&mut entry, kind.as_ref());
    let side = side(&mut entry, role);
    let default_unit = match kind {
        Some(Kind::Whole { .. }) => Unit::Count,
        Some(Kind::Decimal { .. }) => Unit::Ratio,
        _ => Unit::Text,
    };
    let is_key = role == Some(Role::CustomerKey);
    let unit = unit(&mut entry, default_unit);
    let phrase = phrase(&mut entry);
    let phrases = phrases(&mut entry, kind.as_ref());
    let source = Source::read(&mut entry, kind.as_ref(), is_key);
    let detail = detail(&mut entry, kind.as_ref());
    Some(Column {
        name: name.to_owned(),
        side,
        role,
        label: entry.optional_text("label").map_or_else(|| name.replace('_', " "), str::to_owned),
        unit,
        phrase,
        phrases,
        outcome: outcome(&mut entry, role),
        headers: source.headers,
        is_nullable: source.is_nullable,
        missing: source.missing,
        scale: source.scale,
        format: source.format,
        is_numbered: source.is_numbered,
        computed: None,
        concurrent: entry.flag("concurrent"),
        derived_from: entry.texts("derived_from").into_iter().map(str::to_owned).collect(),
        leaks: entry.flag("leaks"),
        direct_identifier: entry.flag("direct_identifier"),
        doubt: entry.optional_text("doubt").map(str::to_owned),
        has_few: entry.flag("few"),
        detail,
        kind: kind?,
    })
}

/// Why a name cannot be that of a field at the top of a document.
pub(super) fn wrong_name(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("it is empty"),
        "_id" => Some("`_id` is made from the key"),
        TRANSACTIONS => Some("a customer's transactions are joined under this name"),
        name if name.starts_with('$') => Some("it begins with `$`"),
        name if name.contains('.') => Some("a `.` leads into an object"),
        name if name.contains('\0') => Some("it has a NUL"),
        _ => None,
    }
}

fn kind(entry: &mut Entry<'_>) -> Option<Kind> {
    let name = entry.text("kind")?;
    let kind = match name {
        "category" => categories(entry).map(Kind::Category),
        "whole" => whole(entry),
        "decimal" => decimal(entry),
        "text" => Some(Kind::Text),
        "date" => Some(Kind::Date),
        other => {
            let fault = Diagnostic::new(format!("unknown kind `{}`", quote(other)));
            entry.fault("kind", fault.hint(nearest("kind", other, KINDS)));
            return None;
        }
    };
    for (key, wanted) in [
        ("range", &["whole", "decimal"][..]),
        ("steps", &["decimal"]),
        ("categories", &["category"]),
        ("detail", &["category"]),
    ] {
        if entry.has(key) && !wanted.contains(&name) {
            let wanted: Vec<String> = wanted.iter().map(|kind| format!("`{kind}`")).collect();
            let message = format!("`{key}` belongs to a column of kind {}, not `{name}`", wanted.join(" or "));
            entry.fault(key, Diagnostic::new(message));
        }
    }
    kind
}

fn whole(entry: &mut Entry<'_>) -> Option<Kind> {
    let (min, max) = range(entry, |value| match value {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        _ => None,
    })?;
    Some(Kind::Whole { min, max })
}

fn decimal(entry: &mut Entry<'_>) -> Option<Kind> {
    let number = |value: &Bson| match value {
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => Some(*number as f64),
        Bson::Double(number) => Some(*number).filter(|number| number.is_finite()),
        _ => None,
    };
    let range = range(entry, number);
    let steps = entry.value("steps").map_or(Some(STEPS), |steps| {
        let steps = number(&steps).filter(|steps| *steps > 0.0);
        if steps.is_none() {
            entry.fault("steps", Diagnostic::new("`steps` must be a number above 0"));
        }
        steps
    });
    let (min, max) = range?;
    Some(Kind::Decimal { min, max, steps: steps? })
}

/// `range = [least, greatest]`.
fn range<T: PartialOrd>(entry: &mut Entry<'_>, number: impl Fn(&Bson) -> Option<T>) -> Option<(T, T)> {
    if !entry.has("range") {
        let hint = "say the least and the greatest value: `range = [0, 100]`";
        entry.fault("range", Diagnostic::new("the key `range` is missing").hint(hint));
        return None;
    }
    let n_faults = entry.n_faults();
    let values: Vec<Option<T>> = entry.values("range").iter().map(number).collect();
    if entry.n_faults() > n_faults {
        return None;
    }
    match <[Option<T>; 2]>::try_from(values) {
        Ok([Some(min), Some(max)]) if min <= max => Some((min, max)),
        Ok([Some(_), Some(_)]) => {
            entry.fault("range", Diagnostic::new("the range is empty: its first number is above its second"));
            None
        }
        _ => {
            entry.fault("range", Diagnostic::new("a range is two numbers of the column's kind: `[0, 100]`"));
            None
        }
    }
}

fn categories(entry: &mut Entry<'_>) -> Option<Vec<Category>> {
    let mut categories: Vec<Category> = Vec::new();
    let n_faults = entry.n_faults();
    if !entry.has("categories") {
        let hint = "list them in their order: `categories = [{ value = \"no\" }, { value = \"yes\" }]`";
        entry.fault("categories", Diagnostic::new("the key `categories` is missing").hint(hint));
    }
    entry.each_table("categories", |mut entry| {
        if let Some(category) = category(&mut entry, &categories) {
            categories.push(category);
        }
    });
    if entry.n_faults() > n_faults {
        return None;
    }
    if categories.is_empty() {
        entry.fault("categories", Diagnostic::new("there are no categories"));
        return None;
    }
    if categories.len() > MOST_CATEGORIES {
        let message = format!("there are {} categories; {MOST_CATEGORIES} can be", categories.len());
        entry.fault("categories", Diagnostic::new(message).hint("take `kind = \"text\"`"));
        return None;
    }
    if categories.iter().filter(|category| category.is_missing).count() > 1 {
        entry.fault(
            "categories",
            Diagnostic::new("two categories stand for a missing answer").hint("make one a spelling of the other"),
        );
    }
    Some(categories)
}

fn category(entry: &mut Entry<'_>, before: &[Category]) -> Option<Category> {
    entry.only(&CATEGORY_KEYS);
    let value = entry.text("value")?;
    let spellings = entry.texts("spellings");
    if value.is_empty() {
        entry.fault(
            "value",
            Diagnostic::new("the value is empty")
                .hint("write `spellings = [\"\"]` to read empty cells as this category"),
        );
    }
    let texts = || std::iter::once((value, "value")).chain(spellings.iter().map(|spelling| (*spelling, "spellings")));
    for (i, (text, key)) in texts().enumerate() {
        let is_taken = before.iter().any(|other| other.value == text || other.spellings.iter().any(|one| one == text));
        if is_taken || texts().take(i).any(|(other, _)| other == text) {
            entry.fault(key, Diagnostic::new(format!("`{}` is a category already", quote(text))));
        }
    }
    let (from, to) = (entry.integer("from"), entry.integer("to"));
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        entry.fault("from", Diagnostic::new("`from` must be below `to`"));
    }
    Some(Category {
        value: value.to_owned(),
        spellings: spellings.into_iter().map(str::to_owned).collect(),
        is_missing: entry.flag("missing"),
        is_closed: entry.flag("closed"),
        bounds: (from.is_some() || to.is_some()).then_some((from, to)),
        phrase: entry.optional_text("phrase").map(str::to_owned),
    })
}

fn role(entry: &mut Entry<'_>, kind: Option<&Kind>) -> Option<Role> {
    let name = entry.optional_text("role")?;
    let Some(role) = Role::named(name) else {
        let fault = Diagnostic::new(format!("unknown role `{}`", quote(name)));
        entry.fault("role", fault.hint(nearest("role", name, Role::names())));
        return None;
    };
    if let Some(Err(wanted)) = kind.map(|kind| role.check(kind)) {
        entry.fault("role", Diagnostic::new(format!("the role `{name}` needs a column of kind {wanted}")));
    }
    Some(role)
}

/// `outcome = "bad"`.
fn outcome(entry: &mut Entry<'_>, role: Option<Role>) -> Option<String> {
    let word = entry.optional_text("outcome")?;
    if role != Some(Role::Closed) {
        entry.fault("outcome", Diagnostic::new("`outcome` belongs to the column with the role `closed`"));
    } else if word.trim().is_empty() {
        let hint = "say what its customers are, such as `bad`, or leave the key out where they closed their account";
        entry.fault("outcome", Diagnostic::new("the word is empty").hint(hint));
    }
    Some(word.to_owned())
}

fn side(entry: &mut Entry<'_>, role: Option<Role>) -> Side {
    let collection = entry.optional_text("collection");
    if role == Some(Role::CustomerKey) {
        if collection.is_some() {
            entry.fault(
                "collection",
                Diagnostic::new("the key lies in every collection").hint("leave `collection` out"),
            );
        }
        return Side::Both;
    }
    match collection {
        None | Some(CUSTOMERS) => Side::Customers,
        Some(TRANSACTIONS) => Side::Transactions,
        Some(other) => {
            let fault = Diagnostic::new(format!("unknown collection `{}`", quote(other)));
            entry.fault("collection", fault.hint(nearest("collection", other, [CUSTOMERS, TRANSACTIONS])));
            Side::Customers
        }
    }
}

fn unit(entry: &mut Entry<'_>, default: Unit) -> Unit {
    let Some(text) = entry.optional_text("unit") else { return default };
    Unit::named(text).unwrap_or_else(|| {
        let fault = Diagnostic::new(format!("unknown unit `{}`", quote(text)));
        entry.fault("unit", fault.hint(nearest("unit", text, Unit::NAMES)));
        default
    })
}

fn phrase(entry: &mut Entry<'_>) -> Option<String> {
    let phrase = entry.optional_text("phrase")?;
    if !phrase.contains("{}") {
        entry.fault(
            "phrase",
            Diagnostic::new("the phrase has no place for the value").hint("write `{}` where the value belongs"),
        );
    }
    Some(phrase.to_owned())
}

/// The phrases of single values: of a number by `phrases`, of a category with the category.
fn phrases(entry: &mut Entry<'_>, kind: Option<&Kind>) -> Vec<(String, String)> {
    if let Some(Kind::Category(categories)) = kind {
        if entry.has("phrases") {
            entry.fault(
                "phrases",
                Diagnostic::new("a category has its phrase beside it").hint("write `{ value = …, phrase = … }`"),
            );
        }
        return categories.iter().filter_map(|one| Some((one.value.clone(), one.phrase.clone()?))).collect();
    }
    let values = entry.keys_of("phrases");
    let Some(mut phrases) = entry.table("phrases") else { return Vec::new() };
    values.into_iter().filter_map(|value| Some((value.to_owned(), phrases.text(value)?.to_owned()))).collect()
}

fn detail(entry: &mut Entry<'_>, kind: Option<&Kind>) -> Option<Detail> {
    let mut detail = entry.table("detail")?;
    detail.only(&DETAIL_KEYS);
    let unit = unit(&mut detail, Unit::Count);
    let field = detail.text("field")?;
    if let Some(why) = wrong_name(field) {
        detail.fault("field", Diagnostic::new(format!("`{}` cannot be a field's name: {why}", quote(field))));
    }
    let has_bounds = |kind: &Kind| matches!(kind, Kind::Category(all) if all.iter().any(|one| one.bounds.is_some()));
    if kind.is_some_and(|kind| !has_bounds(kind)) {
        let hint = "give the categories the numbers that they stand for: `from`, `to`";
        detail.fault("field", Diagnostic::new("no category has bounds").hint(hint));
    }
    Some(Detail { field: field.to_owned(), unit })
}
