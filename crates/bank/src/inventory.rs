//! What lies in a bank: collections with their sizes, files or indexes, and fields.

use catalog::Unit;
use insight::{Cell, Column, ColumnRole, Table};
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
    /// How many documents it has; none of a view.
    pub documents: Option<u64>,
    /// Their bytes.
    pub bytes: Option<u64>,
    /// The day of its state, where it is of one.
    pub as_of: Option<String>,
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

impl Inventory {
    /// The collections for programs: one field a row, and one row of a collection whose fields are not known.
    #[must_use]
    pub fn table(&self) -> Table {
        let text = |text: &str| Cell::Text(text.to_owned());
        let whole = |n: Option<u64>| n.map_or(Cell::Missing, |n| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX)));
        let mut rows = Vec::new();
        for holding in &self.collections {
            let as_of = holding.as_of.as_deref().map_or(Cell::Missing, text);
            let first = [text(&holding.name), whole(holding.documents), whole(holding.bytes), as_of];
            let fields = holding.fields.as_ref().map_or_else(Vec::new, |fields| fields.rows.clone());
            let each = fields.into_iter().map(|field| field.cells);
            let none = vec![Cell::Missing; 3];
            let each: Vec<Vec<Cell>> = each.collect();
            let each = if each.is_empty() { vec![none] } else { each };
            rows.extend(each.into_iter().map(|field| [first.to_vec(), field].concat().into()));
        }
        let mut columns = vec![
            Column::new("collection", "Collection", Unit::Text, ColumnRole::Dimension),
            Column::measure("documents", "Documents", Unit::Count),
            Column::measure("bytes", "Bytes", Unit::Count),
            Column::text("as_of", "As of"),
        ];
        columns.extend(field_columns());
        Table { columns, rows }
    }
}

fn of_folder(folder: &Folder) -> Result<Vec<Holding>, Error> {
    let schemas = folder.engine().schemas();
    let holding = |info: store::CollectionInfo| Holding {
        documents: Some(info.rows),
        bytes: Some(info.bytes),
        as_of: (!is_beside_the_days(&info)).then(|| info.as_of.to_string()),
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
        documents: None,
        bytes: None,
        as_of: None,
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
        let as_of = info.as_of.as_ref().map_or_else(String::new, |day| format!(", as of {day}"));
        let index = |index: &mongo::Index| {
            format!("index {} {}", index.name, print::document(&index.keys, print::Format::Relaxed))
        };
        let snapshot =
            |kept: &mongo::Snapshot| format!("day {}: {}", kept.as_of, report::counted(kept.rows, "document"));
        Holding {
            documents: Some(info.documents),
            bytes: Some(info.bytes),
            size: size(info.documents, info.bytes) + &as_of,
            parts: info.indexes.iter().map(index).chain(info.snapshots.iter().map(snapshot)).collect(),
            fields: fields(schemas.get(&info.name)),
            as_of: info.as_of,
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
    Table { columns: field_columns().to_vec(), rows: fields.iter().map(row).collect() }
}

fn field_columns() -> [Column; 3] {
    [("field", "Field"), ("type", "Type"), ("nullable", "May be null")].map(|(name, label)| Column::text(name, label))
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
