//! `banksphere info`: what lies in a bank.

use std::fmt::Write as _;

use catalog::Unit;
use insight::{Cell, Column, Table};
use pipeline::{FieldType, Schema};
use store::Store;

use crate::args::BankArgs;
use crate::failure::Failure;
use crate::{home, output};

/// Runs the command.
pub(crate) fn run(args: &BankArgs) -> Result<(), Failure> {
    let store = Store::open(&args.bank)?;
    let schemas = home::load(&store)?.schemas();
    let mut text = String::new();
    for info in store.collections() {
        let _ = writeln!(
            text,
            "{}: {} documents, {} bytes, as of {}",
            info.name,
            report::count(info.rows),
            report::count(info.bytes),
            info.as_of
        );
        for file in &info.files {
            let _ = writeln!(text, "  {}", file.display());
        }
        text += &match schemas.get(&info.name) {
            Some(Schema::Fields(fields)) => {
                report::table::render(&table(fields), report::table::Format::Table, output::width())
            }
            _ => "documents of any shape\n".to_owned(),
        };
        text += "\n";
    }
    if text.is_empty() {
        output::say("the bank is empty: `banksphere import FILE.csv` loads a file into it");
    }
    output::print(text.as_bytes())
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
