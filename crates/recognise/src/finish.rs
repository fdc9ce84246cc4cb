//! Makes the contract of what the survey saw.
//!
//! In: a survey and the user's wishes. Out: the contract, read by its own parser, with notations and notes; or what stands
//! against it.

use contract::Contract;
use diagnostic::{Diagnostic, Faults, quote};
use tabular::{Evidence, Notation, notations};

use crate::content::Content;
use crate::describe::Drafter;
use crate::document::Document;
use crate::plan::{Plan, plan};
use crate::survey::Survey;
use crate::table::Table;
use crate::{Closed, card, draft, lists, notes};

/// What the user wishes, and what is known of the file beside its cells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// The file's name, for the contract's title and for messages.
    pub file: &'a str,
    /// Which values of which column mean that the account was closed.
    pub closed: Option<&'a Closed>,
    /// Whether a comma separates no cells in the file, so that it may well be the decimal mark.
    pub comma_likely: bool,
    /// Where each column lies in documents, if the table was made of some: the contract says it, as `header`.
    pub paths: Option<&'a [String]>,
}

/// What was recognised.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// The contract; its text is what a person may change.
    pub contract: Contract,
    /// How the numbers of each column of the contract are written in the file; [`Notation::PLAIN`] where it has none.
    pub notations: Vec<Notation>,
    /// What was assumed, in at most twelve lines.
    pub notes: Vec<Note>,
}

/// A line of what was assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The line.
    pub text: String,
    /// How sure it is.
    pub standing: Standing,
}

/// How sure a line is, and who says it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was found.
    Found,
    /// It is in doubt, and nothing but the line says so.
    Doubt,
    /// It is in doubt, and the contract or the customers themselves say so whenever they are looked at.
    DoubtSaidAgain,
}

impl Note {
    /// Whether it tells of a doubt.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        self.standing != Standing::Found
    }
}

/// What a table and a plan make of a file.
pub(crate) fn finish(survey: &Survey, wishes: &Wishes<'_>) -> Result<Recognised, Faults> {
    let table = Table::new(survey);
    header(&table, wishes)?;
    let built_in = Contract::card();
    let plan = plan(&table, wishes, &draft::leaks(&built_in)).map_err(|fault| fault.within(wishes.file))?;
    let of_file = written(&table, &plan, wishes)?;
    let drafter = Drafter { table: &table, plan: &plan, card: &built_in, notations: &of_file };
    let is_card = card::is_card(&plan);
    let (mut document, unknowns) =
        if is_card { drafter.card() } else { (drafter.draft(wishes.file), card::Unknowns::default()) };
    if let Some(paths) = wishes.paths {
        let headers: Vec<&str> = table.columns.iter().map(|column| column.header.as_str()).collect();
        document.lie_at(paths, &headers);
    }
    let contract = if is_card && card::is_built_in(&document, &built_in) {
        built_in.clone()
    } else {
        head(&mut document, &table, wishes, is_card);
        // A draft that its own parser refuses is a fault of ours, which its faults tell; but for an outcome that the user turns round.
        Contract::parse("the drafted contract", &document.text())
            .map_err(|faults| turned_round(wishes, is_card, faults))?
    };
    let notation = |position: usize| of_file.get(position).cloned().unwrap_or(Notation::PLAIN);
    let notations = document.columns.iter().map(|entry| entry.source.map_or(Notation::PLAIN, notation)).collect();
    let notes = notes::notes(&drafter, &document, &unknowns, is_card);
    Ok(Recognised { contract, notations, notes })
}

/// The user may name values that are open accounts by the card contract.
fn turned_round(wishes: &Wishes<'_>, is_card: bool, faults: Faults) -> Faults {
    match wishes.closed.filter(|_| is_card) {
        Some(closed) => {
            let values = closed.values.iter().map(|value| format!("`{}`", quote(value))).collect::<Vec<_>>().join(", ");
            let message = format!("the card contract does not take {values} of `{}` for closed", quote(&closed.column));
            Diagnostic::new(message)
                .at(wishes.file)
                .hint("draft the contract of the file, change it, and import by it")
                .into()
        }
        None => faults,
    }
}

/// Refuses a table that has no columns, or whose first line holds values.
fn header(table: &Table<'_>, wishes: &Wishes<'_>) -> Result<(), Diagnostic> {
    if table.columns.is_empty() {
        return Err(Diagnostic::new("the table has no columns").at(wishes.file));
    }
    let is_number = |name: &str| Evidence::default().add(name.as_bytes());
    let names: Vec<&str> = table.columns.iter().map(|column| column.header.as_str()).collect();
    let numbers: Vec<&&str> = names.iter().filter(|name| is_number(name)).collect();
    if numbers.len() >= 2 && numbers.len() * 2 >= names.len() {
        let message = format!("the first line holds values, such as `{}`, and no names of columns", quote(numbers[0]));
        let hint = "put a line above it that names the columns";
        return Err(Diagnostic::new(message).at(format!("{}:1", wishes.file)).hint(hint));
    }
    Ok(())
}

/// How the numbers of each column of the file are written. A column whose numbers can be read in two ways is a fault.
fn written(table: &Table<'_>, plan: &Plan, wishes: &Wishes<'_>) -> Result<Vec<Notation>, Faults> {
    let mut of_file = vec![Notation::PLAIN; table.columns.len()];
    let columns: Vec<usize> = plan.kept().filter(|position| plan.contents[*position] == Content::Number).collect();
    let evidence: Vec<Evidence> = columns.iter().map(|position| table.columns[*position].evidence.clone()).collect();
    let mut faults = Vec::new();
    for (position, found) in columns.into_iter().zip(notations(&evidence, wishes.comma_likely)) {
        let column = &table.columns[position];
        match found {
            Ok(notation) => of_file[position] = notation,
            // The import refuses the few cells that have a comma, each by its line.
            Err(_)
                if column.counts.extent.n_commas > 0 && column.counts.extent.n_commas * 2 <= column.counts.extent.n => {
            }
            Err(either) => {
                let message = format!("`{}` can be {} or {}", quote(&either.cell), either.whole, either.parts);
                let place = format!("{}, column `{}`", wishes.file, quote(&column.header));
                let hint = "write the numbers of the column with a decimal point and nothing between thousands";
                faults.push(Diagnostic::new(message).at(place).hint(hint));
            }
        }
    }
    Faults::of(faults).map_or(Ok(of_file), Err)
}

/// What the draft's first lines say.
fn head(document: &mut Document, table: &Table<'_>, wishes: &Wishes<'_>, is_card: bool) {
    let file = if wishes.file.is_empty() { "a table" } else { wishes.file };
    let (what, needs, by_it) = match wishes.paths {
        Some(_) => ("documents hold", "collection needs", "adopt the collection by it"),
        None => ("file holds", "file needs", "import the file by it"),
    };
    let what = if is_card {
        format!("The card contract, as the {needs} it")
    } else {
        format!("A contract drafted from what the {what}")
    };
    document.head = vec![
        format!("{what}: {file}, {} rows.", lists::count(table.n_rows)),
        format!("Change what is not so, and {by_it}. Every key is told in docs/CONTRACT.md."),
    ];
}
