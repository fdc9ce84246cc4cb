//! Tables and catalogs as bytes, for `pickle` and what is built on it.
//!
//! In: what a table holds, with its pipelines. Out: BSON, and the same again. Invariant: rows, columns, words and charts come back as
//! they were; the bank does not, so a table that came back lists no customers behind its rows. Bytes of another version are refused.

use std::sync::Arc;

use bson::{Bson, Document, bson, doc};
use catalog::{Chart, ChartKind, Unit};
use insight::{
    Answer, Caution, Cell, Column, ColumnRole, Fact, Family, Holds, Independence, Means, Narrative, Piece, Query, Row,
    Statistic, Test, Trend,
};
use pipeline::{Pipeline, print};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::catalog::Catalog;
use crate::content::Content;
use crate::errors;
use crate::table::Table;
use crate::tables::Tables;

/// The form of the bytes.
const VERSION: i32 = 1;
/// The kinds of what a column is, beside the ends of intervals.
const ROLES: [(&str, ColumnRole); 5] = [
    ("dimension", ColumnRole::Dimension),
    ("measure", ColumnRole::Measure),
    ("count", ColumnRole::Count),
    ("p_value", ColumnRole::PValue),
    ("text", ColumnRole::Text),
];
const HELD: [(&str, Holds); 4] =
    [("unknown", Holds::Unknown), ("text", Holds::Text), ("whole", Holds::Whole), ("number", Holds::Number)];

/// A table from the bytes that pickling made of it.
#[pyfunction]
#[pyo3(name = "_table")]
pub(crate) fn unpickled_table(bytes: &Bound<'_, PyBytes>) -> PyResult<Table> {
    let read = || {
        let document = Document::from_reader(bytes.as_bytes()).ok()?;
        document.get_i32("version").is_ok_and(|version| version == VERSION).then_some(())?;
        let queries = queries(&document)?;
        Some((content(&document, &queries)?, queries))
    };
    let (content, queries) = read().ok_or_else(|| {
        errors::usage_hinted(
            "these bytes are no table of this version of BankSphere",
            "make the table anew from its bank",
        )
    })?;
    Ok(Table::unpickled(content, queries))
}

/// A catalog from the contract and the folder that it was made of.
#[pyfunction]
#[pyo3(name = "_catalog")]
pub(crate) fn unpickled_catalog(contract: &str, folder: Option<std::path::PathBuf>) -> PyResult<Catalog> {
    let contract =
        bank::Contract::parse("contract.toml", contract).map_err(|faults| errors::of(bank::Error::from(faults)))?;
    let made = bank::open_catalog(Some(&contract), folder.as_deref()).map_err(errors::of)?;
    Ok(Catalog::of(Arc::new(made), folder))
}

/// The answers of a topic again.
#[expect(clippy::needless_pass_by_value, reason = "it is what comes from Python")]
#[pyfunction]
#[pyo3(name = "_tables")]
pub(crate) fn unpickled_tables(tables: Vec<PyRef<'_, Table>>) -> Tables {
    Tables::new(tables.iter().map(|table| (**table).clone()).collect())
}

/// What `__reduce__` gives: a function, and its arguments.
pub(crate) type Reduced<'py, A> = (Bound<'py, PyAny>, A);

/// One of these functions with its arguments.
pub(crate) fn reduced<'py, A>(py: Python<'py>, name: &str, arguments: A) -> PyResult<Reduced<'py, A>> {
    Ok((py.import("banksphere._native")?.getattr(name)?, arguments))
}

/// What a table is, as bytes.
pub(crate) fn bytes(content: &Content, queries: &[(String, Pipeline)]) -> PyResult<Vec<u8>> {
    let mut document = doc! { "version": VERSION };
    match content {
        Content::Answer(answer) => {
            document.insert("answer", of_answer(answer));
            document.insert("table", of_table(&answer.table));
        }
        Content::Plain { title, table, note } => {
            document.insert("title", title);
            document.insert("note", note.clone());
            document.insert("table", of_table(table));
        }
        Content::Documents { .. } | Content::Columns(_) => {
            let mut rows = Vec::new();
            content.each_document(|row| rows.push(Bson::Document(row.clone()))).map_err(errors::of)?;
            let fields: Vec<Bson> = content.columns().into_iter().map(Bson::from).collect();
            document.extend(doc! { "fields": fields, "rows": rows });
        }
    }
    let query = |(collection, pipeline): &(String, Pipeline)| bson!([collection.clone(), print::to_bson(pipeline)]);
    document.insert("queries", queries.iter().map(query).collect::<Vec<Bson>>());
    document
        .to_vec()
        .map_err(|error| errors::usage(format!("the table has too many rows for one piece of bytes: {error}")))
}

fn content(document: &Document, queries: &[(String, Pipeline)]) -> Option<Content> {
    if let Ok(rows) = document.get_array("rows") {
        let rows = rows.iter().map(|row| row.as_document().cloned()).collect::<Option<_>>()?;
        return Some(Content::Documents { fields: texts(document, "fields")?, rows });
    }
    let table = to_table(document.get_document("table").ok()?)?;
    match document.get_document("answer") {
        Ok(answer) => Some(Content::Answer(Arc::new(Answer {
            queries: queries.iter().map(shown).collect(),
            ..to_answer(answer, table)?
        }))),
        Err(_) => Some(Content::Plain {
            title: document.get_str("title").ok()?.to_owned(),
            table,
            // Bytes of before have no notes.
            note: document.get_str("note").ok().map(str::to_owned),
        }),
    }
}

fn queries(document: &Document) -> Option<Vec<(String, Pipeline)>> {
    let query = |query: &Bson| {
        let [collection, stages] = query.as_array()?.as_slice() else { return None };
        let (pipeline, _) = pipeline::parse_any(stages).ok()?;
        Some((collection.as_str()?.to_owned(), pipeline))
    };
    document.get_array("queries").ok()?.iter().map(query).collect()
}

/// A pipeline as an answer shows it.
fn shown((collection, pipeline): &(String, Pipeline)) -> Query {
    let (mongosh, extended_json) = (print::mongosh(collection, pipeline), print::extended_json(pipeline));
    Query { collection: collection.clone(), mongosh, extended_json }
}

/// An answer in words: what it was made of is not needed any more.
fn of_answer(answer: &Answer) -> Document {
    let facts = answer.facts();
    let prefix = answer.filter.as_ref().map(|filter| format!("Only customers with {filter}: "));
    let told = prefix.and_then(|prefix| facts.strip_prefix(&prefix)).unwrap_or(&facts);
    let mut document = doc! {
        "name": &answer.name,
        "title": &answer.title,
        "question": &answer.question,
        "told": told,
        "notes": answer.notes(),
        "reading": &answer.reading,
        "filter": answer.filter.clone(),
        "day": answer.day.clone(),
        "names_counts": answer.names_counts,
        "test": answer.test.as_ref().map(of_test),
    };
    if let Some(chart) = &answer.chart {
        let kind = ChartKind::NAMES.into_iter().find(|name| ChartKind::named(name) == Some(chart.kind));
        let interval = chart.interval.as_ref().map(|(low, high)| bson!([low, high]));
        document.insert("chart", doc! { "kind": kind, "x": &chart.x, "y": chart.y.clone(), "series": chart.series.clone(), "interval": interval });
    }
    document
}

fn to_answer(document: &Document, table: insight::Table) -> Option<Answer> {
    let text = |key: &str| document.get_str(key).ok().map(str::to_owned);
    let fact = |told: String| Fact::Worded { rows: Vec::new(), pieces: vec![Piece::Words(told)] };
    let told = text("told")?;
    let facts = if told.is_empty() { Vec::new() } else { vec![fact(told)] };
    let cautions = texts(document, "notes")?.into_iter().map(Caution::Worded).collect();
    let chart = |chart: &Document| {
        let text = |key: &str| chart.get_str(key).ok().map(str::to_owned);
        let interval = texts(chart, "interval").and_then(|ends| Some((ends.first()?.clone(), ends.get(1)?.clone())));
        let kind = ChartKind::named(chart.get_str("kind").ok()?)?;
        Some(Chart { kind, x: text("x")?, y: texts(chart, "y")?, series: text("series"), interval })
    };
    Some(Answer {
        name: text("name")?,
        title: text("title")?,
        question: text("question")?,
        reading: text("reading")?,
        filter: text("filter"),
        day: text("day"),
        names_counts: document.get_bool("names_counts").ok()?,
        table,
        chart: document.get_document("chart").ok().and_then(chart),
        narrative: Narrative { facts, cautions },
        test: document.get_document("test").ok().and_then(to_test),
        ..Answer::default()
    })
}

fn of_test(test: &Test) -> Document {
    let (kind, numbers) = match &test.statistic {
        Statistic::Independence(it) => {
            let is_simulated = f64::from(u8::from(it.is_simulated));
            ("independence", vec![it.chi_square, f64::from(it.degrees_of_freedom), it.cramers_v, it.w, is_simulated])
        }
        Statistic::Means(it) => ("means", vec![it.f, f64::from(it.between), it.within, it.eta_squared]),
        Statistic::Trend(it) => ("trend", vec![it.z, it.correlation]),
    };
    let family = match test.family {
        Family::Unjudged => -1,
        Family::Question => 0,
        Family::Topic(n) => i64::from(n),
        Family::Columns(n) => -1 - i64::from(n),
    };
    doc! { "kind": kind, "numbers": numbers, "p_value": test.p_value, "unadjusted": test.unadjusted, "family": family }
}

fn to_test(document: &Document) -> Option<Test> {
    let numbers = document.get_array("numbers").ok()?.iter().map(Bson::as_f64).collect::<Option<Vec<f64>>>()?;
    let statistic = match (document.get_str("kind").ok()?, numbers.as_slice()) {
        ("independence", &[chi_square, degrees, cramers_v, w, is_simulated]) => Statistic::Independence(Independence {
            chi_square,
            degrees_of_freedom: degrees as u32,
            cramers_v,
            w,
            is_simulated: is_simulated > 0.0,
        }),
        ("means", &[f, between, within, eta_squared]) => {
            Statistic::Means(Means { f, between: between as u32, within, eta_squared })
        }
        ("trend", &[z, correlation]) => Statistic::Trend(Trend { z, correlation }),
        _ => return None,
    };
    let family = match document.get_i64("family").ok()? {
        -1 => Family::Unjudged,
        0 => Family::Question,
        n if n < 0 => Family::Columns(u32::try_from(-1 - n).ok()?),
        n => Family::Topic(u32::try_from(n).ok()?),
    };
    let number = |key: &str| document.get_f64(key).ok();
    Some(Test { statistic, p_value: number("p_value")?, unadjusted: number("unadjusted")?, family })
}

fn of_table(table: &insight::Table) -> Document {
    let column = |column: &Column| {
        let (role, of) = match &column.role {
            ColumnRole::Low { of } => ("low", Some(of.as_str())),
            ColumnRole::High { of } => ("high", Some(of.as_str())),
            other => (ROLES.iter().find(|(_, role)| role == other).map_or("text", |(name, _)| name), None),
        };
        let holds = HELD.iter().find(|(_, holds)| *holds == column.holds).map_or("unknown", |(name, _)| name);
        let order: Vec<Bson> = column.order.iter().map(of_cell).collect();
        bson!({
            "name": &column.name, "label": &column.label, "unit": column.unit.name(), "role": role, "of": of,
            "order": order, "holds": holds,
        })
    };
    let columns: Vec<Bson> = table.columns.iter().map(column).collect();
    let rows: Vec<Bson> = table.rows.iter().map(|row| Bson::Array(row.cells.iter().map(of_cell).collect())).collect();
    let units: Vec<Bson> = table.rows.iter().map(|row| row.unit.map(Unit::name).into()).collect();
    doc! { "columns": columns, "rows": rows, "units": units }
}

fn to_table(document: &Document) -> Option<insight::Table> {
    let column = |column: &Bson| {
        let column = column.as_document()?;
        let text = |key: &str| column.get_str(key).ok();
        let role = match (text("role")?, text("of")) {
            ("low", Some(of)) => ColumnRole::Low { of: of.to_owned() },
            ("high", Some(of)) => ColumnRole::High { of: of.to_owned() },
            (name, _) => ROLES.iter().find(|(known, _)| *known == name)?.1.clone(),
        };
        let holds = HELD.iter().find(|(name, _)| Some(*name) == text("holds"))?.1;
        let order = column.get_array("order").ok()?.iter().map(to_cell).collect::<Option<_>>()?;
        Some(Column { order, holds, ..Column::new(text("name")?, text("label")?, Unit::named(text("unit")?)?, role) })
    };
    let columns: Vec<Column> = document.get_array("columns").ok()?.iter().map(column).collect::<Option<_>>()?;
    let row = |row: &Bson| {
        let cells: Vec<Cell> = row.as_array()?.iter().map(to_cell).collect::<Option<_>>()?;
        (cells.len() == columns.len()).then(|| Row::from(cells))
    };
    let mut rows: Vec<Row> = document.get_array("rows").ok()?.iter().map(row).collect::<Option<_>>()?;
    // Bytes of before have no units of rows.
    for (row, unit) in rows.iter_mut().zip(document.get_array("units").into_iter().flatten()) {
        row.unit = unit.as_str().and_then(Unit::named);
    }
    Some(insight::Table { columns, rows })
}

fn of_cell(cell: &Cell) -> Bson {
    match cell {
        Cell::Missing => Bson::Null,
        Cell::Hidden => Bson::Boolean(false),
        Cell::Text(text) => Bson::from(text.as_str()),
        Cell::Integer(number) => Bson::Int64(*number),
        Cell::Number(number) => Bson::Double(*number),
    }
}

fn to_cell(value: &Bson) -> Option<Cell> {
    Some(match value {
        Bson::Null => Cell::Missing,
        Bson::Boolean(_) => Cell::Hidden,
        Bson::String(text) => Cell::Text(text.clone()),
        Bson::Int64(number) => Cell::Integer(*number),
        Bson::Double(number) => Cell::Number(*number),
        _ => return None,
    })
}

fn texts(document: &Document, key: &str) -> Option<Vec<String>> {
    document.get_array(key).ok()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
