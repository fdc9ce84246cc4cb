//! What was assumed of a file, told in a few lines.
//!
//! Invariant: at most twelve lines; a doubt is never left out for want of room.

use contract::Role;
use diagnostic::quote;

use crate::card::Unknowns;
use crate::column::Class;
use crate::days::Written;
use crate::describe::Drafter;
use crate::document::{Document, Entry};
use crate::finish::{Note, Standing};
use crate::lists::{MOST_NAMES, are, count, listed, name, names, some};
use crate::outcome::{Outcome, Verdict};
use crate::plan::Out;
use crate::synonyms::{Meaning, Word};
use crate::table::trimmed;
use crate::{currency, field};

/// The most lines.
const MOST: usize = 12;

/// Lines under way, the most important first.
struct Notes(Vec<Note>);

impl Notes {
    fn say(&mut self, text: String) {
        self.0.push(Note { text, standing: Standing::Found });
    }

    fn doubt(&mut self, text: String) {
        self.0.push(Note { text, standing: Standing::Doubt });
    }

    /// A doubt that the contract or the customers say, too.
    fn doubt_said_again(&mut self, text: String) {
        self.0.push(Note { text, standing: Standing::DoubtSaidAgain });
    }
}

/// The lines.
pub(crate) fn notes(drafter: &Drafter<'_>, document: &Document, unknowns: &Unknowns, is_card: bool) -> Vec<Note> {
    let mut notes = Notes(Vec::new());
    what(&mut notes, drafter, document, is_card);
    key(&mut notes, drafter);
    outcome(&mut notes, drafter);
    roles(&mut notes, drafter, document, is_card);
    values(&mut notes, unknowns);
    units(&mut notes, drafter, document);
    notes.0.extend(currency::note(drafter, is_card));
    notes.0.extend(field::note(drafter, document));
    days(&mut notes, drafter);
    left_out(&mut notes, drafter);
    marks(&mut notes, drafter, document);
    let mut lines = notes.0;
    while lines.len() > MOST {
        let Some(last) = lines.iter().rposition(|note| !note.is_doubt()) else { break };
        lines.remove(last);
    }
    lines.truncate(MOST);
    lines
}

/// What the data is.
fn what(notes: &mut Notes, drafter: &Drafter<'_>, document: &Document, is_card: bool) {
    if !is_card {
        let n = document.columns.len();
        notes.say(format!("not card data: a contract was drafted, its {} all in `customers`", some(n, "column")));
        return;
    }
    let fields: Vec<&str> = document.columns.iter().map(|entry| entry.field.as_str()).collect();
    let lacks: Vec<String> = drafter
        .card
        .columns
        .iter()
        .filter(|column| !fields.contains(&column.name.as_str()))
        .map(|column| column.name.clone())
        .collect();
    let extra: Vec<String> = document
        .columns
        .iter()
        .filter(|entry| drafter.card.column(&entry.field).is_none())
        .map(|entry| entry.field.clone())
        .collect();
    let lacks = if lacks.is_empty() { String::new() } else { format!(", without {}", names(&lacks)) };
    let extra = if extra.is_empty() { String::new() } else { format!(", with {} beside", names(&extra)) };
    notes.say(format!("card data, read by the card contract{lacks}{extra}"));
}

fn key(notes: &mut Notes, drafter: &Drafter<'_>) {
    let headers = |position: usize| &drafter.table.columns[position].header;
    if let Some(position) = drafter.plan.key {
        notes.say(format!("the key is {}", name(headers(position))));
        return;
    }
    let is_named = |position: &usize| drafter.table.meanings[*position] == Some(Meaning::Role(Role::CustomerKey));
    match drafter.plan.kept().find(is_named) {
        Some(position) => notes.doubt(format!(
            "{} has values more than once and is not the key: rows are numbered from 1, each taken for a customer",
            name(headers(position))
        )),
        None => notes.say("no column names the customers: rows are numbered from 1".to_owned()),
    }
}

fn outcome(notes: &mut Notes, drafter: &Drafter<'_>) {
    let header = |position: &usize| drafter.table.columns[*position].header.clone();
    match &drafter.plan.verdict {
        Verdict::Found(outcome) => {
            notes.say(found(drafter, outcome));
            unknown_outcomes(notes, drafter, outcome);
        }
        Verdict::Doubt(columns) => {
            let headers: Vec<String> = columns.iter().map(header).collect();
            let hint = columns.first().map(|column| example(drafter, *column)).unwrap_or_default();
            let text = match headers.len() {
                1 => format!("which values of {} mean closed is not clear", names(&headers)),
                _ => format!("{} may be the outcome and do not agree", names(&headers)),
            };
            notes.doubt(format!("{text}: no outcome was taken; `--closed {hint}` names one"));
        }
        Verdict::Risk(columns) => {
            let headers: Vec<String> = columns.iter().map(header).collect();
            let (what, it) = if headers.len() == 1 { ("is an outcome", "it") } else { ("are outcomes", "one") };
            let example = columns.first().map(|column| example(drafter, *column)).unwrap_or_default();
            notes.doubt(format!(
                "{} {what} but not that the account was closed: none was taken; `--closed {example}` takes {it}",
                names(&headers)
            ));
        }
        Verdict::Active(columns) => {
            let headers: Vec<String> = columns.iter().map(header).collect();
            let example = columns.first().map(|column| idle(drafter, *column)).unwrap_or_default();
            notes.doubt(format!(
                "{} may say who closed the account, or only who uses it: no outcome was taken; `--closed {example}` takes it \
                 for that",
                names(&headers)
            ));
        }
        Verdict::None => {
            let text = "no column was recognised as saying who closed the account, so analyses of closures are left out; \
                        `--closed COLUMN=VALUE` names one";
            notes.say(text.to_owned());
        }
    }
}

/// Customers of whom it is not known count in no rate.
fn unknown_outcomes(notes: &mut Notes, drafter: &Drafter<'_>, outcome: &Outcome) {
    let n_known = drafter.table.columns[outcome.column].counts.classes.n_answers();
    let n_unknown = drafter.table.n_rows.saturating_sub(n_known);
    if n_unknown > 0 {
        notes.doubt_said_again(format!(
            "of {} it is not known whether the account was closed: no rate of closures counts them",
            some(usize::try_from(n_unknown).unwrap_or(usize::MAX), "customer")
        ));
    }
}

/// Which values of the outcome mean closed, with how many customers have them.
fn found(drafter: &Drafter<'_>, outcome: &Outcome) -> String {
    let column = &drafter.table.columns[outcome.column];
    let values: Vec<_> = column.few().unwrap_or_default().iter().zip(&outcome.closed).collect();
    let of = |closed: bool| {
        let of = values.iter().filter(|(_, mark)| **mark == Some(closed)).map(|(value, _)| *value);
        let of: Vec<_> = of.collect();
        let texts: Vec<String> = of.iter().map(|value| trimmed(value).to_owned()).collect();
        (names(&texts), of.iter().map(|value| value.n).sum::<u64>())
    };
    let ((closed, n_closed), (open, n_open)) = (of(true), of(false));
    let (closed, open) = (Some(closed).filter(|_| n_closed > 0), Some(open).filter(|_| n_open > 0));
    let header = name(&column.header);
    if outcome.is_wished {
        let counts = format!("{} of {}", count(n_closed), count(n_closed + n_open));
        let open = open.map_or(String::new(), |open| format!(", beside {open}"));
        return format!("the outcome is {header}, as you say: {} ({counts}){open}", closed.unwrap_or_default());
    }
    match (closed, open) {
        (Some(closed), Some(open)) => {
            let counts = format!("{} of {}", count(n_closed), count(n_closed + n_open));
            format!("the outcome is {header}: {closed} means closed ({counts}), {open} open")
        }
        (Some(closed), None) => format!("the outcome is {header}: {closed} means closed, and every customer has it"),
        (None, open) => {
            format!("the outcome is {header}: {} means open, and no account is closed", open.unwrap_or_default())
        }
    }
}

/// `Active=0`: the value of those who are not active.
fn idle(drafter: &Drafter<'_>, position: usize) -> String {
    let column = &drafter.table.columns[position];
    let word = |text: &str| drafter.table.synonyms.word(text);
    let answers = column.answers();
    let idle =
        answers.iter().map(|value| trimmed(value)).find(|text| matches!(word(text), Some(Word::No | Word::Idle)));
    argument(&column.header, idle.unwrap_or_default())
}

/// `Risk=bad`: the value that may mean closed.
fn example(drafter: &Drafter<'_>, position: usize) -> String {
    let column = &drafter.table.columns[position];
    let answers = column.answers();
    let synonyms = &drafter.table.synonyms;
    let is_likely = |text: &str| synonyms.is_bad(text) || matches!(synonyms.word(text), Some(Word::Closed | Word::Yes));
    let likely = answers.iter().map(|value| trimmed(value)).find(|text| is_likely(text));
    let rarest = answers.iter().min_by_key(|value| value.n).map(|value| trimmed(value));
    argument(&column.header, likely.or(rarest).unwrap_or("VALUE"))
}

/// `COLUMN=VALUE` as it is typed behind an option, in quotes where a shell would read it otherwise.
fn argument(column: &str, value: &str) -> String {
    let text = format!("{}={}", quote(column), quote(value));
    let is_plain = |c: char| c.is_alphanumeric() || "=_-.,:/+@%".contains(c);
    match (text.chars().all(is_plain), text.contains('\'')) {
        (true, _) => text,
        (false, false) => format!("'{text}'"),
        (false, true) => format!("\"{text}\""),
    }
}

/// Which columns mean what: of card data where the names differ, of others by their roles.
fn roles(notes: &mut Notes, drafter: &Drafter<'_>, document: &Document, is_card: bool) {
    let header = |entry: &&Entry| entry.source.map(|source| drafter.table.columns[source].header.clone());
    if is_card {
        let is_other =
            |entry: &&Entry| entry.keys.contains_key("header") && drafter.card.column(&entry.field).is_some();
        let others: Vec<&Entry> = document.columns.iter().filter(is_other).collect();
        let case_alone = others.iter().all(|entry| {
            header(entry).is_some_and(|header| crate::fold::name(&header) == crate::fold::name(&entry.field))
        });
        if others.is_empty() {
            return;
        }
        if case_alone {
            notes.say(format!("{} written otherwise than in the contract", are(others.len(), "name", "is", "are")));
            return;
        }
        let pairs: Vec<String> = others
            .iter()
            .filter(|entry| {
                header(entry).is_some_and(|header| crate::fold::name(&header) != crate::fold::name(&entry.field))
            })
            .map(|entry| format!("{} as `{}`", name(&header(entry).unwrap_or_default()), quote(&entry.field)))
            .collect();
        notes.say(format!("read by other names: {}", listed(&pairs, MOST_NAMES)));
        return;
    }
    let role = |position: usize| drafter.plan.roles[position].filter(|role| *role != Role::Closed);
    let roles: Vec<String> = drafter
        .plan
        .kept()
        .filter_map(|position| {
            let role = role(position)?.name().replace('_', " ");
            Some(format!("{role} {}", name(&drafter.table.columns[position].header)))
        })
        .collect();
    if !roles.is_empty() {
        notes.say(format!("roles: {}", listed(&roles, 16)));
    }
}

/// Values that the card contract does not know.
fn values(notes: &mut Notes, unknowns: &Unknowns) {
    let told = |all: &[(String, String, u64)]| -> Vec<String> {
        all.iter().map(|(field, value, n)| format!("`{}` of `{field}` ({})", quote(value), count(*n))).collect()
    };
    if !unknowns.respelled.is_empty() {
        let read = unknowns.respelled.iter().map(|(value, category)| format!("`{}` as `{category}`", quote(value)));
        notes.say(format!("values read otherwise: {}", listed(&read.collect::<Vec<_>>(), MOST_NAMES)));
    }
    if !unknowns.added.is_empty() {
        notes.doubt(format!(
            "{} not known and became {}: {}",
            are(unknowns.added.len(), "frequent value", "is", "are"),
            if unknowns.added.len() == 1 { "a category of its own" } else { "categories of their own" },
            listed(&told(&unknowns.added), MOST_NAMES)
        ));
    }
}

/// Units that no name says.
fn units(notes: &mut Notes, drafter: &Drafter<'_>, document: &Document) {
    let is_scaled = |position: &usize| {
        document.columns.iter().any(|entry| entry.source == Some(*position) && entry.keys.contains_key("scale"))
    };
    if let Some(position) = drafter.plan.with_role(Role::Utilization).filter(is_scaled) {
        let column = &drafter.table.columns[position];
        let most = column.counts.extent.plain().max;
        notes.doubt(format!("{} is taken to be in percent, for it goes to {most}", name(&column.header)));
    }
    let Some(position) = drafter.plan.with_role(Role::Tenure) else { return };
    if let Some(doubt) = drafter.unit_in_doubt(position) {
        let text = format!("{} {doubt}", name(&drafter.table.columns[position].header));
        let mut entries = document.columns.iter().filter(|entry| entry.source == Some(position));
        if entries.any(|entry| entry.keys.contains_key("doubt")) {
            notes.doubt_said_again(text);
        } else {
            notes.doubt(text);
        }
    }
}

/// Days that are kept as texts, since no cell says how to read them, or since they come with a time.
fn days(notes: &mut Notes, drafter: &Drafter<'_>) {
    let counts = |position: &usize| &drafter.table.columns[*position].counts;
    let have_times: Vec<String> = drafter
        .plan
        .kept()
        .filter(|position| counts(position).n_times * 2 > counts(position).classes.n_answers())
        .map(|position| drafter.table.columns[position].header.clone())
        .collect();
    if !have_times.is_empty() {
        notes.say(format!("days with a time stay texts: {}", names(&have_times)));
    }
    let written = |position: &usize| drafter.table.columns[*position].days();
    let header = |position: usize| drafter.table.columns[position].header.clone();
    let either: Vec<usize> =
        drafter.plan.kept().filter(|position| matches!(written(position), Some(Written::Either(..)))).collect();
    if let Some(Some(Written::Either(one, other))) = either.first().map(written) {
        notes.doubt(format!(
            "{}: no cell tells the day from the month, so they stay texts; in a contract `kind = \"date\"` with \
             `format = \"{one}\"` or `\"{other}\"` says which",
            names(&either.into_iter().map(header).collect::<Vec<_>>())
        ));
    }
    let several: Vec<String> =
        drafter.plan.kept().filter(|position| written(position) == Some(Written::Several)).map(header).collect();
    if !several.is_empty() {
        let write = if several.len() == 1 { "writes" } else { "write" };
        notes.doubt(format!("{} {write} days in more than one way, so they stay texts", names(&several)));
    }
}

/// What was left out and why, a line for each reason.
fn left_out(notes: &mut Notes, drafter: &Drafter<'_>) {
    let headers = |is: &dyn Fn(Out) -> bool| -> Vec<String> {
        let out = drafter.plan.out.iter().zip(drafter.table.columns);
        out.filter(|(out, _)| out.is_some_and(is)).map(|(_, column)| column.header.clone()).collect()
    };
    let say = |notes: &mut Notes, headers: Vec<String>, one: &str, several: &str| {
        if !headers.is_empty() {
            let reason = if headers.len() == 1 { one } else { several };
            notes.say(format!("left out {}: {reason}", names(&headers)));
        }
    };
    say(
        notes,
        headers(&|out| out == Out::Leak),
        "it was computed from the outcome",
        "they were computed from the outcome",
    );
    say(
        notes,
        headers(&|out| out == Out::Afterwards),
        "it has values only where the account is closed",
        "they have values only where the account is closed",
    );
    say(notes, headers(&|out| out == Out::Outcome), "it says the outcome again", "they say the outcome again");
    let doubles: Vec<String> = drafter
        .plan
        .out
        .iter()
        .zip(drafter.table.columns)
        .filter_map(|(out, column)| match out {
            Some(Out::Double(of)) => Some((column, *of)),
            _ => None,
        })
        .map(|(column, of)| format!("{} of {}", name(&column.header), name(&drafter.table.columns[of].header)))
        .collect();
    if !doubles.is_empty() {
        notes.say(format!("left out doubles: {}", listed(&doubles, MOST_NAMES)));
    }
    say(notes, headers(&|out| out == Out::Index), "it numbers the rows", "they number the rows");
    say(notes, headers(&|out| out == Out::Empty), "it has no value", "they have no value");
    say(
        notes,
        headers(&|out| out == Out::Waste),
        "it holds a spreadsheet's failed formulas",
        "they hold a spreadsheet's failed formulas",
    );
    let repeated = headers(&|out| out == Out::Repeated);
    if !repeated.is_empty() {
        notes.doubt(format!("{} stands in the header more than once: only the first column is read", names(&repeated)));
    }
}

/// What was marked or computed, and how missing answers are written.
fn marks(notes: &mut Notes, drafter: &Drafter<'_>, document: &Document) {
    let headers = |is: &dyn Fn(usize) -> bool| -> Vec<String> {
        drafter
            .plan
            .kept()
            .filter(|position| is(*position))
            .map(|position| drafter.table.columns[position].header.clone())
            .collect()
    };
    let persons = headers(&|position| drafter.plan.is_identifier[position]);
    if !persons.is_empty() {
        let (subject, them) = if persons.len() == 1 { ("it is", "it") } else { ("they are", "them") };
        notes.say(format!(
            "{} may name persons: {subject} not shown, filtered or grouped by; only a pipeline for which you name {them} \
             knowingly reads {them}",
            names(&persons)
        ));
    }
    let computed: Vec<String> = document
        .columns
        .iter()
        .filter(|entry| entry.keys.contains_key("computed"))
        .map(|entry| entry.field.clone())
        .collect();
    if !computed.is_empty() {
        notes.say(format!("computed from limit and balance: {}", names(&computed)));
    }
    let follows: Vec<String> = drafter
        .plan
        .kept()
        .filter(|position| !drafter.plan.derived[*position].is_empty())
        .filter(|position| !is_of_card(drafter, document, *position))
        .map(|position| {
            let from: Vec<String> =
                drafter.plan.derived[position].iter().map(|from| drafter.table.columns[*from].header.clone()).collect();
            format!("{} from {}", name(&drafter.table.columns[position].header), names(&from))
        })
        .collect();
    if !follows.is_empty() {
        notes.say(format!("follows from others: {}", listed(&follows, MOST_NAMES)));
    }
    let missing: Vec<String> = drafter
        .plan
        .kept()
        .filter_map(|position| {
            let column = &drafter.table.columns[position];
            let n = column.counts.classes.n_without();
            let words: Vec<String> = column.spelled(Class::Missing).map(|value| trimmed(value).to_owned()).collect();
            let is_plain = column.counts.classes.n(Class::Blank) == 0
                && words.iter().all(|word| word == crate::categories::UNKNOWN);
            let words = if words.is_empty() { String::new() } else { format!(" as {}", names(&words)) };
            (n > 0 && !is_plain).then(|| format!("{} in {}{words}", count(n), name(&column.header)))
        })
        .collect();
    if !missing.is_empty() {
        notes.say(format!("missing answers: {}", listed(&missing, MOST_NAMES)));
    }
}

/// Whether a column of the file is one of the card contract's.
fn is_of_card(drafter: &Drafter<'_>, document: &Document, position: usize) -> bool {
    let entry = document.columns.iter().find(|entry| entry.source == Some(position));
    document.title == drafter.card.title && entry.is_some_and(|entry| drafter.card.column(&entry.field).is_some())
}
