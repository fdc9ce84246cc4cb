//! `fields.toml`: the plain fields of the two collections.

use pipeline::{Error, FieldType, nearest};

use super::unit;
use crate::entry::Entry;
use crate::fields::{CUSTOMERS, PlainField, TRANSACTIONS};
use crate::{Catalog, Unit};

pub(super) fn read(catalog: &mut Catalog, mut file: Entry<'_>) {
    file.only(&[CUSTOMERS, TRANSACTIONS]);
    for collection in [CUSTOMERS, TRANSACTIONS] {
        let Some(mut fields) = file.table(collection) else { continue };
        for path in fields.keys() {
            if let Some(entry) = fields.table(path)
                && let Some(field) = field(collection, path, entry)
            {
                catalog.fields.push(field);
            }
        }
    }
}

fn field(collection: &str, path: &str, mut entry: Entry<'_>) -> Option<PlainField> {
    entry.only(&["type", "nullable", "label", "unit", "phrase", "band"]);
    let field_type = entry.parsed("type", |text| match text {
        "bool" => Ok(FieldType::Bool),
        "int" => Ok(FieldType::Int),
        "long" => Ok(FieldType::Long),
        "double" => Ok(FieldType::Double),
        "string" => Ok(FieldType::String),
        "date" => Ok(FieldType::Date),
        other => {
            let hint = nearest("type", other, ["bool", "int", "long", "double", "string", "date"]);
            Err(Error::input(format!("unknown type `{other}`")).hint(hint))
        }
    });
    Some(PlainField {
        collection: collection.to_owned(),
        path: path.to_owned(),
        nullable: entry.flag("nullable"),
        label: entry.text("label")?.to_owned(),
        unit: unit(&mut entry, Unit::Text),
        phrase: entry.optional_text("phrase").map(str::to_owned),
        band: entry.optional_text("band").map(str::to_owned),
        field_type: field_type?,
    })
}
