//! What must hold between the parts of a contract.

use diagnostic::{Diagnostic, quote};

use crate::contract::LeftOut;
use crate::entry::Entry;
use crate::{Column, Role};

/// Reports what does not fit together.
pub(super) fn check(file: &mut Entry<'_>, columns: &[Column], left_out: &[LeftOut]) {
    let names = file.keys_of("columns");
    let is_key = |name: &&str| {
        let is_key = |column: Entry<'_>| column.peek_text("role") == Some(Role::CustomerKey.name());
        file.table("columns").is_some_and(|mut tables| tables.table(name).is_some_and(is_key))
    };
    if !names.is_empty() && !names.iter().any(is_key) {
        let hint = "say `role = \"customer_key\"` at the column that names a customer";
        file.fault("columns", Diagnostic::new("no column is the customers' key").hint(hint));
    }
    if !file.is_table("columns") {
        return;
    }
    let Some(mut tables) = file.table("columns") else { return };
    for (i, column) in columns.iter().enumerate() {
        let Some(mut entry) = tables.table(&column.name) else { continue };
        roles(&mut entry, column, &columns[..i]);
        outcome(&mut entry, column);
        derived(&mut entry, column, &names);
        headers(&mut entry, column, &columns[..i], columns);
        is_left_out(&mut entry, column, left_out);
        detail(&mut entry, column, columns);
    }
}

fn roles(entry: &mut Entry<'_>, column: &Column, before: &[Column]) {
    let Some(role) = column.role else { return };
    if let Some(other) = before.iter().find(|other| other.role == Some(role)) {
        let message = format!("the role `{}` is taken already, by the column `{}`", role.name(), quote(&other.name));
        entry.fault("role", Diagnostic::new(message).hint("a role belongs to one column"));
    }
}

/// The outcome says which of its values mean closed, and no other column does.
fn outcome(entry: &mut Entry<'_>, column: &Column) {
    let (n_closed, n) = (column.closed_values().len(), column.categories().len());
    if column.role == Some(Role::Closed) {
        if n_closed == 0 && n > 0 {
            let hint = "say `closed = true` at the values of customers who closed their account";
            entry.fault("categories", Diagnostic::new("no category means that the account was closed").hint(hint));
        } else if n_closed == n && n > 0 {
            entry.fault("categories", Diagnostic::new("every category means that the account was closed"));
        }
    } else if n_closed > 0 && entry.peek_text("role").is_none_or(|role| Role::named(role).is_some()) {
        let hint = "say `role = \"closed\"` at the column, or leave `closed` out";
        entry.fault("categories", Diagnostic::new("only the outcome has values that mean closed").hint(hint));
    }
}

fn derived(entry: &mut Entry<'_>, column: &Column, names: &[&str]) {
    for name in &column.derived_from {
        if *name == column.name {
            entry.fault("derived_from", Diagnostic::new("a column cannot follow from itself"));
        } else if !names.contains(&name.as_str()) {
            let hint = diagnostic::nearest("column", name, names.iter().copied());
            entry.fault("derived_from", Diagnostic::new(format!("unknown column `{}`", quote(name))).hint(hint));
        }
    }
}

/// A file's column is read into one column.
fn headers(entry: &mut Entry<'_>, column: &Column, before: &[Column], columns: &[Column]) {
    for header in &column.headers {
        let gives = |other: &&Column| other.headers.contains(header);
        // A field that gives headers of its own is read from those.
        let is_named = |other: &&Column| other.name == *header && other.headers.is_empty() && other.is_read();
        if let Some(other) = before.iter().find(gives).or_else(|| columns.iter().find(is_named)) {
            let message = format!("`{}` is read into the column `{}` already", quote(header), quote(&other.name));
            entry.fault("header", Diagnostic::new(message));
        }
    }
}

/// A file's column is read or left out.
fn is_left_out(entry: &mut Entry<'_>, column: &Column, left_out: &[LeftOut]) {
    let name = std::iter::once(&column.name).filter(|_| column.is_read());
    let names: Vec<&String> = if column.headers.is_empty() { name.collect() } else { column.headers.iter().collect() };
    for (name, out) in names.iter().filter_map(|name| Some((name, left_out.iter().find(|out| out.is(name))?))) {
        let message = format!("the column `{}` is left out too, by `{}`", quote(name), quote(&out.name));
        entry.fault("kind", Diagnostic::new(message).hint("remove it here or from `left_out`"));
    }
}

fn detail(entry: &mut Entry<'_>, column: &Column, columns: &[Column]) {
    let Some(detail) = &column.detail else { return };
    let is_taken = |other: &Column| {
        let of_other = other.detail.as_ref().filter(|_| other.name != column.name);
        other.name == detail.field || of_other.is_some_and(|other| other.field == detail.field)
    };
    if columns.iter().any(is_taken) {
        let message = format!("`{}` is the name of another field", quote(&detail.field));
        entry.fault("detail", Diagnostic::new(message));
    }
}
