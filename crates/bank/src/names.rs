//! The names of a catalog as a table: what can be asked for.

use catalog::{Catalog, Unit};
use insight::{Cell, Column, ColumnRole, Table};

/// Every analysis, dimension and measure, one a row, with its topic where it has one, and its heading.
#[must_use]
pub fn names(catalog: &Catalog) -> Table {
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |kind: &str, topic: Option<&str>, name: &str, label: &str| {
        vec![text(kind), topic.map_or(Cell::Missing, text), text(name), text(label)].into()
    };
    let analyses = catalog.topics().iter().flat_map(|topic| {
        let of_topic = catalog.analyses_of(topic);
        of_topic.map(|analysis| row("analysis", Some(&topic.word), &analysis.name, &analysis.title))
    });
    let dimensions = catalog.dimensions().iter().map(|one| row("dimension", None, &one.name, &one.label));
    let measures = catalog.measures().iter().map(|one| row("measure", None, &one.name, &one.label));
    let columns = vec![
        Column::text("kind", "Kind"),
        Column::text("topic", "Topic"),
        Column::new("name", "Name", Unit::Text, ColumnRole::Dimension),
        Column::text("label", "Label"),
    ];
    Table { columns, rows: analyses.chain(dimensions).chain(measures).collect() }
}
