//! `banksphere catalog`: what can be asked, and whether a folder of one's own is sound.

use bank::Catalog;
use report::file::{Format, Rows, Sheet};
use report::table;

use crate::args::{self, CatalogAction, CatalogArgs};
use crate::failure::Failure;
use crate::output;
use crate::spell::spell;
use crate::tables::Target;

/// Runs the command.
pub(crate) fn run(args: &args::Catalog) -> Result<(), Failure> {
    match &args.action {
        CatalogAction::List { catalog, written } => {
            output::check(&[("--output", written.output.as_deref())], &[], None)?;
            let target = Target::of(written.format, written.output.as_deref())?;
            let catalog = bank::open_catalog(None, catalog.folder())?;
            match target.format() {
                Format::Text(table::Format::Table) => target.write_text(list(&catalog)),
                _ => target.write("", &[Sheet { name: "catalog", rows: Rows::Table(&bank::names(&catalog)) }]),
            }
        }
        CatalogAction::Show { name, catalog } => {
            let catalog = bank::open_catalog(None, catalog.folder())?;
            output::show(&[catalog.show(name)?])
        }
        CatalogAction::Check(args) => check(args),
    }
}

/// Every name, with what it is.
fn list(catalog: &Catalog) -> String {
    let mut text = String::new();
    let lines = |heading: &str, rows: Vec<(&str, &str)>| {
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let rows: Vec<String> = rows.iter().map(|(name, label)| format!("  {name:width$}  {label}\n")).collect();
        format!("{heading}\n{}\n", rows.concat())
    };
    for topic in catalog.topics() {
        let rows = catalog.analyses_of(topic);
        text += &lines(
            &format!("analyses: {}", topic.word),
            rows.map(|analysis| (analysis.name.as_str(), analysis.title.as_str())).collect(),
        );
    }
    text +=
        &lines("dimensions (--by)", catalog.dimensions().iter().map(|d| (d.name.as_str(), d.label.as_str())).collect());
    text += &lines(
        "measures (--measures)",
        catalog.measures().iter().map(|m| (m.name.as_str(), m.label.as_str())).collect(),
    );
    text
}

/// Prints all faults; none is good news. A folder that is not there was not checked, which is no fault of its files.
fn check(args: &CatalogArgs) -> Result<(), Failure> {
    if let Some(folder) = args.catalog.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(Failure::hinted(
            format!("there is no folder `{}`", folder.display()),
            "`--catalog` takes a folder of dimensions, measures and analyses",
        ));
    }
    match bank::open_catalog(None, args.folder()) {
        Ok(catalog) => {
            for left_out in catalog.left_out() {
                output::say(&format!("note: {} left out: {left_out}", left_out.kind.word()));
            }
            let (analyses, dimensions) = (catalog.analyses().len(), catalog.dimensions().len());
            let measures = catalog.measures().len();
            output::say(&format!("no faults: {analyses} analyses, {dimensions} dimensions, {measures} measures"));
            Ok(())
        }
        Err(faults) => {
            output::tell(&faults.render(spell));
            Err(Failure::Found)
        }
    }
}
