//! `banksphere info`: what lies in a bank.

use std::fmt::Write as _;

use catalog::Unit;
use insight::{Cell, Column, Table};
use mongo::Server;
use pipeline::{FieldType, Schema, print};

use crate::args::BankArgs;
use crate::failure::Failure;
use crate::home::{Embedded, Home, Place};
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &BankArgs) -> Result<(), Failure> {
    let home = Home::at(&Place::of(args)?, mongo::Options::default())?;
    let text = match &home {
        Home::Embedded(bank) => folder(bank),
        Home::Server(server) => database(server)?,
    };
    if home.schemas()?.is_empty() {
        output::say("the bank is empty: `banksphere import FILE.csv` loads a file into it");
    }
    output::print(text.as_bytes())
}

/// The collections of a folder, with their files.
fn folder(bank: &Embedded) -> String {
    let schemas = bank.engine.schemas();
    let mut text = String::new();
    for info in bank.store.collections() {
        let (rows, bytes) = (report::count(info.rows), report::count(info.bytes));
        let _ = writeln!(text, "{}: {rows} documents, {bytes} bytes, as of {}", info.name, info.as_of);
        for file in &info.files {
            let _ = writeln!(text, "  {}", file.display());
        }
        text += &fields(schemas.get(&info.name));
        text += "\n";
    }
    text
}

/// The collections of a database, with their indexes.
fn database(server: &Server) -> Result<String, Failure> {
    let schemas = server.schemas()?;
    let (version, hosts, name) = (server.version(), server.hosts(), server.database_name());
    let mut text = format!("MongoDB {version} at {hosts}, database {name}\n\n");
    for info in server.collections()? {
        let (documents, bytes) = (report::count(info.documents), report::count(info.bytes));
        let _ = write!(text, "{}: {documents} documents, {bytes} bytes", info.name);
        text += &info.as_of.map_or_else(|| "\n".to_owned(), |day| format!(", as of {day}\n"));
        for index in &info.indexes {
            let _ = writeln!(text, "  index {} {}", index.name, print::document(&index.keys, print::Format::Relaxed));
        }
        for kept in &info.snapshots {
            let _ = writeln!(text, "  snapshot of {}: {} documents", kept.as_of, report::count(kept.rows));
        }
        text += &fields(schemas.get(&info.name));
        text += "\n";
    }
    Ok(text)
}

/// The fields of a collection, where they are known.
fn fields(schema: Option<&Schema>) -> String {
    match schema {
        Some(Schema::Fields(fields)) => {
            report::table::render(&table(fields), report::table::Format::Table, output::width())
        }
        _ => "documents of any shape\n".to_owned(),
    }
}

fn table(fields: &[pipeline::Field]) -> Table {
    let column = |name: &str, label: &str| Column { name: name.to_owned(), label: label.to_owned(), unit: Unit::Text };
    let row = |field: &pipeline::Field| {
        let nullable = if field.nullable { "yes" } else { "no" };
        [field.path.as_str(), type_name(field.field_type), nullable].map(|text| Cell::Text(text.to_owned())).to_vec()
    };
    Table {
        columns: vec![column("field", "Field"), column("type", "Type"), column("nullable", "May be null")],
        rows: fields.iter().map(row).collect(),
    }
}

fn type_name(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Bool => "bool",
        FieldType::Int => "int",
        FieldType::Long => "long",
        FieldType::Double => "double",
        FieldType::String => "string",
        FieldType::Date => "date",
    }
}
