//! What lies in a bank: collections with their sizes, files or indexes, and fields.

use insight::{Cell, Column, Table};
use jiff::civil::Date;
use mongo::Server;
use pipeline::{FieldType, Schema, print};

use crate::bank::Home;
use crate::folder::Folder;
use crate::written::is_beside_the_days;
use crate::{Bank, Error, views};

/// What lies in a bank.
#[derive(Clone, Debug, PartialEq)]
pub struct Inventory {
    /// Which server and database; none for a folder.
    pub heading: Option<String>,
    /// The days of which it has a state of its own, the newest last.
    pub days: Vec<Date>,
    /// The collections, by name.
    pub collections: Vec<Holding>,
}

/// A collection of a bank.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// Its name.
    pub name: String,
    /// Its size, in words: `10,127 documents, 1,234 bytes, as of 2026-06-30`.
    pub size: String,
    /// Its files, or its indexes and other days, one a line.
    pub parts: Vec<String>,
    /// Its fields, where they are known.
    pub fields: Option<Table>,
    /// What the contract is called under which documents of any shape were adopted.
    pub adopted: Option<String>,
}

impl Bank {
    /// Looks what lies in it, as of its day.
    pub fn inventory(&self) -> Result<Inventory, Error> {
        let days = self.days()?;
        let (heading, mut collections) = match &self.home {
            Home::Folder(folder) => (None, of_folder(folder)?),
            Home::Server(server) => {
                let (version, hosts, name) = (server.version(), server.hosts(), server.database_name());
                (Some(format!("MongoDB {version} at {hosts}, database {name}")), of_database(server)?)
            }
        };
        if let Some((contract, over)) = self.contract().and_then(|it| Some((it, it.adopted.as_ref()?))) {
            let is_adopted =
                |name: &String| *name == over.customers || over.transactions.as_ref().is_some_and(|one| one == name);
            let adopted = collections.iter_mut().filter(|holding| is_adopted(&holding.name));
            adopted.for_each(|holding| holding.adopted = Some(contract.title.clone()));
        }
        Ok(Inventory { heading, days, collections })
    }
}

fn of_folder(folder: &Folder) -> Result<Vec<Holding>, Error> {
    let schemas = folder.engine().schemas();
    let holding = |info: store::CollectionInfo| Holding {
        size: if is_beside_the_days(&info) {
            format!("{}, written by a pipeline", size(info.rows, info.bytes))
        } else {
            format!("{}, as of {}", size(info.rows, info.bytes), info.as_of)
        },
        parts: info.files.iter().map(|file| file.display().to_string()).collect(),
        fields: fields(schemas.get(&info.name)),
        name: info.name,
        adopted: None,
    };
    let mut holdings: Vec<Holding> = folder.collections().into_iter().map(holding).collect();
    holdings.extend(views::of(folder.store())?.into_iter().map(|(name, kept)| Holding {
        size: match kept.view {
            Ok(view) => {
                format!("a view on {}, {}", view.on, report::counted(view.pipeline.stages.len() as u64, "stage"))
            }
            Err(_) => "a view that cannot be read".to_owned(),
        },
        parts: Vec::new(),
        fields: None,
        name,
        adopted: None,
    }));
    holdings.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(holdings)
}

fn of_database(server: &Server) -> Result<Vec<Holding>, Error> {
    let schemas = server.schemas()?;
    let holding = |info: mongo::CollectionInfo| {
        let as_of = info.as_of.map_or_else(String::new, |day| format!(", as of {day}"));
        let index = |index: &mongo::Index| {
            format!("index {} {}", index.name, print::document(&index.keys, print::Format::Relaxed))
        };
        let snapshot =
            |kept: &mongo::Snapshot| format!("day {}: {}", kept.as_of, report::counted(kept.rows, "document"));
        Holding {
            size: size(info.documents, info.bytes) + &as_of,
            parts: info.indexes.iter().map(index).chain(info.snapshots.iter().map(snapshot)).collect(),
            fields: fields(schemas.get(&info.name)),
            name: info.name,
            adopted: None,
        }
    };
    Ok(server.collections()?.into_iter().map(holding).collect())
}

fn size(documents: u64, bytes: u64) -> String {
    format!("{}, {}", report::counted(documents, "document"), report::counted(bytes, "byte"))
}

fn fields(schema: Option<&Schema>) -> Option<Table> {
    match schema {
        Some(Schema::Fields(fields)) => Some(table(fields)),
        _ => None,
    }
}

fn table(fields: &[pipeline::Field]) -> Table {
    let row = |field: &pipeline::Field| {
        let nullable = if field.nullable { "yes" } else { "no" };
        [field.path.as_str(), type_name(field.field_type), nullable]
            .map(|text| Cell::Text(text.to_owned()))
            .to_vec()
            .into()
    };
    Table {
        columns: vec![
            Column::text("field", "Field"),
            Column::text("type", "Type"),
            Column::text("nullable", "May be null"),
        ],
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
