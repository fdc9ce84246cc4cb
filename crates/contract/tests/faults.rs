//! What is said of a contract's file that is not well formed: everything at once, each with its key.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use contract::Contract;
use expect_test::{Expect, expect};

/// A file that is well formed.
const GOOD: &str = r#"
title = "A bank"

[columns.number]
kind = "whole"
range = [1, 100]
role = "customer_key"

[columns.left]
kind = "category"
role = "closed"
categories = [{ value = "no" }, { value = "yes", closed = true }]
"#;

fn check(text: &str, expected: &Expect) {
    let faults = Contract::parse("b.toml", text).expect_err("the file is refused");
    expected.assert_eq(&faults.to_string());
}

/// What is said of the good file with this added.
fn check_added(added: &str, expected: &Expect) {
    check(&format!("{GOOD}{added}"), expected);
}

/// What is said of the good file with a part replaced.
fn check_replaced(from: &str, to: &str, expected: &Expect) {
    assert!(GOOD.contains(from), "{from}");
    check(&GOOD.replace(from, to), expected);
}

#[test]
fn the_good_file_is_good() {
    let contract = Contract::parse("b.toml", GOOD).expect("it is well formed");
    assert_eq!((contract.key().name.as_str(), contract.has_transactions()), ("number", false));
    assert_eq!(contract.column("left").map(|column| column.label.as_str()), Some("left"));
    assert_eq!(contract.fields("transactions"), None);
    assert_eq!(contract.schemas().len(), 1);
}

#[test]
fn all_faults_come_at_once() {
    check(
        "titel = \"A\"\n[columns.a]\nkind = \"hole\"\n[columns.b]\nkind = \"whole\"\nrange = [5, 1]\n[[rules]]\nwords = \"w\"\n\
         holds = '{ $lt: [\"$a\", \"$nope\"] }'\n[[rules]]\nwords = \"w\"\nholds = '{ $lt: [1, \"$nope\"] }'\n",
        &expect![[r#"
            unknown key `titel`
              at b.toml: titel
            hint: the keys here are `title`, `adopted`, `columns`, `left_out`, `rules`

            the key `title` is missing
              at b.toml: title

            unknown kind `hole`
              at b.toml: columns.a.kind
            hint: the kinds here are `category`, `whole`, `decimal`, `text`, `date`

            the range is empty: its first number is above its second
              at b.toml: columns.b.range

            unknown column `nope`
              at b.toml: rules[2].holds
            hint: there are no columns here

            no column is the customers' key
              at b.toml: columns
            hint: say `role = "customer_key"` at the column that names a customer"#]],
    );
}

#[test]
fn files_that_are_no_contracts() {
    check(
        "title = ",
        &expect![[r#"
        string values must be quoted, expected literal string
          at b.toml:1"#]],
    );
    check(
        "",
        &expect![[r#"
        the key `title` is missing
          at b.toml: title

        the key `columns` is missing
          at b.toml: columns
        hint: give each column a table: `[columns.Age]`"#]],
    );
    check(
        "title = 5\ncolumns = 7\n",
        &expect![[r#"
        `title` must be a text, not a whole number
          at b.toml: title

        `columns` must be a table, not a whole number
          at b.toml: columns"#]],
    );
}

#[test]
fn kinds_and_ranges() {
    let column = |body: &str| format!("[columns.c]\n{body}\n");
    check_added(
        &column("range = [1, 2]"),
        &expect![[r#"
        the key `kind` is missing
          at b.toml: columns.c.kind"#]],
    );
    check_added(
        &column("kind = 'int'"),
        &expect![[r#"
        unknown kind `int`
          at b.toml: columns.c.kind
        hint: the kinds here are `category`, `whole`, `decimal`, `text`, `date`"#]],
    );
    check_added(
        &column("kind = 'whole'"),
        &expect![[r#"
        the key `range` is missing
          at b.toml: columns.c.range
        hint: say the least and the greatest value: `range = [0, 100]`"#]],
    );
    check_added(
        &column("kind = 'whole'\nrange = [0, 1.5]"),
        &expect![[r#"
        a range is two numbers of the column's kind: `[0, 100]`
          at b.toml: columns.c.range"#]],
    );
    check_added(
        &column("kind = 'whole'\nrange = [0]"),
        &expect![[r#"
        a range is two numbers of the column's kind: `[0, 100]`
          at b.toml: columns.c.range"#]],
    );
    check_added(
        &column("kind = 'whole'\nrange = 'all'"),
        &expect![[r#"
        `range` must be a list of texts or numbers, not a text
          at b.toml: columns.c.range"#]],
    );
    check_added(
        &column("kind = 'decimal'\nrange = [0, inf]"),
        &expect![[r#"
        a range is two numbers of the column's kind: `[0, 100]`
          at b.toml: columns.c.range"#]],
    );
    check_added(
        &column("kind = 'decimal'\nrange = [1, 0]\nsteps = 0"),
        &expect![[r#"
        the range is empty: its first number is above its second
          at b.toml: columns.c.range

        `steps` must be a number above 0
          at b.toml: columns.c.steps"#]],
    );
    check_added(
        &column("kind = 'text'\nrange = [0, 1]\nsteps = 3"),
        &expect![[r#"
        `range` belongs to a column of kind `whole` or `decimal`, not `text`
          at b.toml: columns.c.range

        `steps` belongs to a column of kind `decimal`, not `text`
          at b.toml: columns.c.steps"#]],
    );
    // A range of one value is one.
    let one = format!("{GOOD}[columns.c]\nkind = 'whole'\nrange = [4, 4]\n");
    assert!(Contract::parse("b.toml", &one).is_ok());
}

#[test]
fn categories() {
    let column = |categories: &str| format!("[columns.c]\nkind = 'category'\n{categories}\n");
    check_added(
        &column(""),
        &expect![[r#"
        the key `categories` is missing
          at b.toml: columns.c.categories
        hint: list them in their order: `categories = [{ value = "no" }, { value = "yes" }]`"#]],
    );
    check_added(
        &column("categories = []"),
        &expect![[r#"
        there are no categories
          at b.toml: columns.c.categories"#]],
    );
    check_added(
        &column("categories = ['a', 'b']"),
        &expect![[r#"
        `categories` must be a list of tables, not a list
          at b.toml: columns.c.categories"#]],
    );
    check_added(
        &column("categories = [{ value = 'a' }, { value = 'b', spellings = ['a', 'c', 'c'] }]"),
        &expect![[r#"
            `a` is a category already
              at b.toml: columns.c.categories[2].spellings

            `c` is a category already
              at b.toml: columns.c.categories[2].spellings"#]],
    );
    check_added(
        &column("categories = [{ value = '' }, { valeu = 'b' }]"),
        &expect![[r#"
        the value is empty
          at b.toml: columns.c.categories[1].value
        hint: write `spellings = [""]` to read empty cells as this category

        unknown key `valeu`
          at b.toml: columns.c.categories[2].valeu
        hint: the keys here are `value`, `spellings`, `missing`, `closed`, `from`, `to`, `phrase`

        the key `value` is missing
          at b.toml: columns.c.categories[2].value"#]],
    );
    check_added(
        &column("categories = [{ value = 'a', missing = true }, { value = 'b', missing = true }]"),
        &expect![[r#"
            two categories stand for a missing answer
              at b.toml: columns.c.categories
            hint: make one a spelling of the other"#]],
    );
}

#[test]
fn what_categories_say() {
    let column = |categories: &str| format!("[columns.c]\nkind = 'category'\n{categories}\n");
    check_added(
        &column("categories = [{ value = 'a', from = 5, to = 5 }]"),
        &expect![[r#"
        `from` must be below `to`
          at b.toml: columns.c.categories[1].from"#]],
    );
    check_added(
        &column("categories = [{ value = 'a', closed = true }, { value = 'b' }]"),
        &expect![[r#"
        only the outcome has values that mean closed
          at b.toml: columns.c.categories
        hint: say `role = "closed"` at the column, or leave `closed` out"#]],
    );
    check_added(
        &column("categories = [{ value = 'a' }]\nphrases = { a = 'x' }\nphrase = 'y'"),
        &expect![[r#"
        the phrase has no place for the value
          at b.toml: columns.c.phrase
        hint: write `{}` where the value belongs

        a category has its phrase beside it
          at b.toml: columns.c.phrases
        hint: write `{ value = …, phrase = … }`"#]],
    );
    let many: Vec<String> = (0..256).map(|n| format!("{{ value = '{n}' }}")).collect();
    check_added(
        &column(&format!("categories = [{}]", many.join(", "))),
        &expect![[r#"
        there are 256 categories; 255 can be
          at b.toml: columns.c.categories
        hint: take `kind = "text"`"#]],
    );
    let most = format!("{GOOD}{}", column(&format!("categories = [{}]", many[1..].join(", "))));
    assert!(Contract::parse("b.toml", &most).is_ok());
}

#[test]
fn roles_and_the_key() {
    check_replaced(
        "role = \"customer_key\"",
        "",
        &expect![[r#"
        no column is the customers' key
          at b.toml: columns
        hint: say `role = "customer_key"` at the column that names a customer"#]],
    );
    check_replaced(
        "role = \"customer_key\"",
        "role = \"customer_key\"\nnullable = true\ncollection = \"customers\"",
        &expect![[r#"
            the key lies in every collection
              at b.toml: columns.number.collection
            hint: leave `collection` out

            the key of a customer may not be empty
              at b.toml: columns.number.nullable"#]],
    );
    check_replaced(
        "role = \"closed\"",
        "role = \"close\"",
        &expect![[r#"
            unknown role `close`
              at b.toml: columns.left.role
            hint: the nearest role is `closed`"#]],
    );
    check_replaced(
        ", closed = true",
        "",
        &expect![[r#"
        no category means that the account was closed
          at b.toml: columns.left.categories
        hint: say `closed = true` at the values of customers who closed their account"#]],
    );
    check_replaced(
        "{ value = \"no\" }",
        "{ value = \"no\", closed = true }",
        &expect![[r#"
        every category means that the account was closed
          at b.toml: columns.left.categories"#]],
    );
    check_added(
        "[columns.a]\nkind = 'text'\nrole = 'age'\n[columns.b]\nkind = 'text'\nrole = 'closed'\n",
        &expect![[r#"
            the role `age` needs a column of kind `whole` or `decimal`
              at b.toml: columns.a.role

            the role `closed` needs a column of kind `category`
              at b.toml: columns.b.role

            the role `closed` is taken already, by the column `left`
              at b.toml: columns.b.role
            hint: a role belongs to one column"#]],
    );
    check_added(
        "[columns.a]\nkind = 'text'\nrole = 'customer_key'\n",
        &expect![[r#"
        the role `customer_key` is taken already, by the column `number`
          at b.toml: columns.a.role
        hint: a role belongs to one column"#]],
    );
}

#[test]
fn names_and_what_they_name() {
    check_added(
        "[columns.'a.b']\nkind = 'text'\n[columns.'$a']\nkind = 'text'\n[columns._id]\nkind = 'text'\n[columns.transactions]\n\
         kind = 'text'\n[columns.'']\nkind = 'text'\n",
        &expect![[r#"
            `a.b` cannot be a column's name: a `.` leads into an object
              at b.toml: columns.a.b
            hint: a column's name is also its field's path in a document

            `$a` cannot be a column's name: it begins with `$`
              at b.toml: columns.$a
            hint: a column's name is also its field's path in a document

            `_id` cannot be a column's name: `_id` is made from the key
              at b.toml: columns._id
            hint: a column's name is also its field's path in a document

            `transactions` cannot be a column's name: a customer's transactions are joined under this name
              at b.toml: columns.transactions
            hint: a column's name is also its field's path in a document

            `` cannot be a column's name: it is empty
              at b.toml: columns.
            hint: a column's name is also its field's path in a document"#]],
    );
    check_added(
        "[columns.a]\nkind = 'text'\nderived_from = ['a', 'lefd']\ncollection = 'payments'\n",
        &expect![[r#"
        unknown collection `payments`
          at b.toml: columns.a.collection
        hint: the collections here are `customers`, `transactions`

        a column cannot follow from itself
          at b.toml: columns.a.derived_from

        unknown column `lefd`
          at b.toml: columns.a.derived_from
        hint: the columns here are `number`, `left`, `a`"#]],
    );
    check_added(
        "[columns.a]\nkind = 'text'\nunit = 'euros'\nphrase = 'customers'\nleaks = 'yes'\n",
        &expect![[r#"
            unknown unit `euros`
              at b.toml: columns.a.unit
            hint: the units here are `text`, `count`, `share`, `dollars`, `months`, `years`, `ratio`, `year`

            the phrase has no place for the value
              at b.toml: columns.a.phrase
            hint: write `{}` where the value belongs

            `leaks` must be `true` or `false`, not a text
              at b.toml: columns.a.leaks"#]],
    );
    check_added(
        "[columns.a]\nkind = 'category'\ncategories = [{ value = 'x' }]\ndetail = { field = 'left' }\n",
        &expect![[r#"
            no category has bounds
              at b.toml: columns.a.detail.field
            hint: give the categories the numbers that they stand for: `from`, `to`

            `left` is the name of another field
              at b.toml: columns.a.detail"#]],
    );
    check_added(
        "[columns.a]\nkind = 'category'\ncategories = [{ value = 'x', to = 1 }]\ndetail = { field = 'left', units = 'count' }\n",
        &expect![[r#"
            unknown key `units`
              at b.toml: columns.a.detail.units
            hint: the keys here are `field`, `unit`

            `left` is the name of another field
              at b.toml: columns.a.detail"#]],
    );
}

#[test]
fn what_is_left_out() {
    check_added(
        "[[left_out]]\nleaks = true\n[[left_out]]\nname = 'a'\nprefix = 'b'\n[[left_out]]\nprefix = ''\n",
        &expect![[r#"
            one of `name` and `prefix` belongs here
              at b.toml: left_out[1].name
            hint: `name` is the column's whole name, `prefix` what the names of several begin with

            one of `name` and `prefix` belongs here
              at b.toml: left_out[2].name
            hint: `name` is the column's whole name, `prefix` what the names of several begin with

            the name is empty
              at b.toml: left_out[3].prefix"#]],
    );
    check_added(
        "[[left_out]]\nprefix = 'le'\n",
        &expect![[r#"
        the column `left` is left out too, by `le`
          at b.toml: columns.left.kind
        hint: remove it here or from `left_out`"#]],
    );
    check_added(
        "[left_out]\nname = 'a'\n",
        &expect![[r#"
        `left_out` must be a list of tables, not a table
          at b.toml: left_out"#]],
    );
}

#[test]
fn rules() {
    let rule = |holds: &str| format!("[[rules]]\nwords = 'w'\nholds = '''{holds}'''\n");
    check_added(
        "[[rules]]\nhold = '1'\n",
        &expect![[r#"
            unknown key `hold`
              at b.toml: rules[1].hold
            hint: the keys here are `name`, `words`, `severity`, `holds`

            the key `words` is missing
              at b.toml: rules[1].words

            the key `holds` is missing
              at b.toml: rules[1].holds"#]],
    );
    check_added(
        &rule("{ $lt: ["),
        &expect![[r#"
        expected a value, found the end of the text
          at b.toml: rules[1].holds: line 1, column 9"#]],
    );
    check_added(
        &rule("'$number'"),
        &expect![[r#"
        a rule must say yes or no, not a number or a text
          at b.toml: rules[1].holds
        hint: compare, such as `{ $lte: ["$a", "$b"] }`"#]],
    );
    check_added(
        &rule("{ $lt: ['$number', '$numbr'] }"),
        &expect![[r#"
        unknown column `numbr`
          at b.toml: rules[1].holds
        hint: the columns here are `number`, `left`"#]],
    );
    check_added(
        &rule("{ $lt: ['$number', '$left'] }"),
        &expect![[r#"
        a rule compares numbers with numbers and texts with texts
          at b.toml: rules[1].holds"#]],
    );
    check_added(
        &rule("{ $lt: [{ $add: ['$left', 1] }, 2] }"),
        &expect![[r#"
        a rule can only compute with numbers
          at b.toml: rules[1].holds"#]],
    );
    check_added(
        &rule("{ $in: ['$left', ['no']] }"),
        &expect![[r#"
            a rule does not know this expression
              at b.toml: rules[1].holds
            hint: a rule has columns, numbers, texts, `$abs`, `$add`, `$subtract`, `$multiply`, `$divide`, `$round`, `$floor`, `$ceil`, the six comparisons, `$and`, `$or` and `$not`"#]],
    );
    check_added(
        &rule("{ $eq: ['$number', null] }"),
        &expect![[r#"
        a rule knows numbers and texts only
          at b.toml: rules[1].holds"#]],
    );
    check_added(
        &rule("{ $lt: [{ $sqrt: '$number' }, 2] }"),
        &expect![[r#"
            a rule does not know this expression
              at b.toml: rules[1].holds
            hint: a rule has columns, numbers, texts, `$abs`, `$add`, `$subtract`, `$multiply`, `$divide`, `$round`, `$floor`, `$ceil`, the six comparisons, `$and`, `$or` and `$not`"#]],
    );
}

#[test]
fn names_in_files() {
    check_added(
        "[columns.a]\nkind = 'text'\nheader = ['A', 'A', 'left']\n[columns.b]\nkind = 'text'\nheader = 'A'\n\
         [columns.c]\nkind = 'text'\nheader = 5\n[columns.d]\nkind = 'text'\nheader = 'old'\n[[left_out]]\nname = 'old'\n",
        &expect![[r#"
            `A` is a header already
              at b.toml: columns.a.header

            `header` must be a text or a list of texts, not a whole number
              at b.toml: columns.c.header

            `left` is read into the column `left` already
              at b.toml: columns.a.header

            `A` is read into the column `a` already
              at b.toml: columns.b.header

            the column `old` is left out too, by `old`
              at b.toml: columns.d.kind
            hint: remove it here or from `left_out`"#]],
    );
    let text = format!(
        "{GOOD}[columns.a]\nkind = 'text'\nheader = ['A', 'B']\n[columns.b]\nkind = 'text'\nheader = 'a'\n\
         [columns.c]\nkind = 'text'\nheader = 'C'\n[[left_out]]\nname = 'c'\n"
    );
    let contract = Contract::parse("b.toml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    let named = |header| contract.column_headed(header).map(|position| contract.columns[position].name.as_str());
    let headers = ["A", "B", "a", "b", "C", "c", "left", "x"].map(named);
    assert_eq!(headers, [Some("a"), Some("a"), Some("b"), Some("b"), Some("c"), None, Some("left"), None]);
}

#[test]
fn keys_that_number_the_rows() {
    let numbered = "range = [1, 100]\nrole = \"customer_key\"";
    check_replaced(
        numbered,
        "range = [5, 9]\nrole = \"customer_key\"\nnumbered = true",
        &expect![[r#"
        rows are numbered from 1, which is out of the range
          at b.toml: columns.number.numbered"#]],
    );
    check_replaced(
        &format!("kind = \"whole\"\n{numbered}"),
        "kind = 'text'\nrole = 'customer_key'\nnumbered = true\nheader = 'a'\nmissing = ['']\nscale = 2",
        &expect![[r#"
            the key of a customer may not be empty
              at b.toml: columns.number.missing

            the key of a customer is not multiplied
              at b.toml: columns.number.scale

            a key that numbers the rows is of kind `whole`
              at b.toml: columns.number.numbered

            `header` belongs to a column of a file; this one is numbered
              at b.toml: columns.number.header

            `missing` belongs to a column of a file; this one is numbered
              at b.toml: columns.number.missing

            `scale` belongs to a column of a file; this one is numbered
              at b.toml: columns.number.scale"#]],
    );
    check_added(
        "[columns.a]\nkind = 'whole'\nrange = [1, 9]\nnumbered = true\n",
        &expect![[r#"
        only the key numbers the rows
          at b.toml: columns.a.numbered
        hint: say `role = "customer_key"`, or leave `numbered` out"#]],
    );
    let text =
        format!("{}[[left_out]]\nname = 'number'\n", GOOD.replace(numbered, &format!("{numbered}\nnumbered = true")));
    let contract = Contract::parse("b.toml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(contract.key().is_numbered && !contract.key().is_read());
    assert_eq!(contract.column_headed("number"), None);
}

#[test]
fn cells_that_say_no_answer() {
    check_added(
        "[columns.a]\nkind = 'category'\ncategories = [{ value = 'x' }]\nmissing = ['NA']\n[columns.b]\nkind = 'text'\n\
         missing = 'NA'\n",
        &expect![[r#"
            a category has its missing answers among its values
              at b.toml: columns.a.missing
            hint: write `{ value = "Unknown", spellings = ["NA"], missing = true }`

            `missing` must be a list of texts, not a text
              at b.toml: columns.b.missing"#]],
    );
    check_replaced(
        "range = [1, 100]",
        "range = [1, 100]\nmissing = ['NA']",
        &expect![[r#"
        the key of a customer may not be empty
          at b.toml: columns.number.missing"#]],
    );
    let text = format!("{GOOD}[columns.a]\nkind = 'date'\nmissing = ['NA', '?']\n");
    let contract = Contract::parse("b.toml", &text).unwrap();
    assert!(contract.columns[2].is_nullable);
    assert_eq!(contract.columns[2].missing, ["NA", "?"]);
}

#[test]
fn words_for_the_outcome() {
    check_added(
        "[columns.a]\nkind = 'text'\noutcome = 'bad'\n",
        &expect![[r#"
        `outcome` belongs to the column with the role `closed`
          at b.toml: columns.a.outcome"#]],
    );
}

#[test]
fn formats() {
    check_added(
        "[columns.a]\nkind = 'text'\nformat = '%d.%m.%Y'\n[columns.b]\nkind = 'date'\nformat = 'd.m.Y'\n[columns.c]\n\
         kind = 'date'\nformat = '%m/%Y'\n",
        &expect![[r#"
            `format` belongs to a column of kind `date`
              at b.toml: columns.a.format

            the format `d.m.Y` does not tell a day
              at b.toml: columns.b.format
            hint: year, month and day belong in it: `%d.%m.%Y` reads `31.12.2025`, `%m/%d/%Y` reads `12/31/2025`

            the format `%m/%Y` does not tell a day
              at b.toml: columns.c.format
            hint: year, month and day belong in it: `%d.%m.%Y` reads `31.12.2025`, `%m/%d/%Y` reads `12/31/2025`"#]],
    );
}

#[test]
fn scales() {
    check_added(
        "[columns.a]\nkind = 'text'\nscale = 0.01\n[columns.b]\nkind = 'whole'\nrange = [1, 2]\nscale = 0\n[columns.c]\n\
         kind = 'decimal'\nrange = [1, 2]\nscale = '%'\n",
        &expect![[r#"
            `scale` belongs to a column of kind `whole` or `decimal`
              at b.toml: columns.a.scale

            `scale` must be a number above 0
              at b.toml: columns.b.scale

            `scale` must be a number above 0
              at b.toml: columns.c.scale"#]],
    );
    check_replaced(
        "range = [1, 100]",
        "range = [1, 100]\nscale = 1000",
        &expect![[r#"
        the key of a customer is not multiplied
          at b.toml: columns.number.scale"#]],
    );
    let text = format!("{GOOD}[columns.a]\nkind = 'decimal'\nrange = [0, 1]\nscale = 0.01\n");
    assert_eq!(Contract::parse("b.toml", &text).unwrap().columns[2].scale, Some(0.01));
}

#[test]
fn computed_columns() {
    let computed = |name: &str, expression: &str| {
        format!("[columns.{name}]\nkind = 'decimal'\nrange = [0, 1]\ncomputed = \"{expression}\"\n")
    };
    check_added(
        &computed("a", "'$left'"),
        &expect![[r#"
        a computed value must be a number, not a text or a yes or no
          at b.toml: columns.a.computed"#]],
    );
    check_added(
        &computed("a", "{$gt: ['$number', 1]}"),
        &expect![[r#"
        a computed value must be a number, not a text or a yes or no
          at b.toml: columns.a.computed"#]],
    );
    check_added(
        &computed("a", "{$add: ['$number', '$nubmer']}"),
        &expect![[r#"
        unknown column `nubmer`
          at b.toml: columns.a.computed
        hint: the columns here are `number`, `left`, `a`"#]],
    );
    check_added(
        &format!("{}{}", computed("a", "'$number'"), computed("b", "{$add: ['$a', '$b']}")),
        &expect![[r#"
        the column `a` is computed itself
          at b.toml: columns.b.computed
        hint: compute from columns that files have"#]],
    );
    check_added(
        &format!("{}header = 'A'\n", computed("a", "'$number'")),
        &expect![[r#"
        `header` belongs to a column of a file; this one is computed
          at b.toml: columns.a.header"#]],
    );
    check_added(
        "[columns.a]\nkind = 'text'\ncomputed = '$number'\n",
        &expect![[r#"
        `computed` belongs to a column of kind `whole` or `decimal`
          at b.toml: columns.a.computed"#]],
    );
    check_added(
        "[columns.a]\nkind = 'whole'\nrange = [0, 1]\ncomputed = 5\n",
        &expect![[r#"
        `computed` must be a text, not a whole number
          at b.toml: columns.a.computed"#]],
    );
    check_replaced(
        "range = [1, 100]",
        "range = [1, 100]\ncomputed = '1'",
        &expect![[r#"
        the key of a customer is not computed
          at b.toml: columns.number.computed"#]],
    );
    check_replaced(
        "range = [1, 100]",
        "range = [1, 100]\nnumbered = true\ncomputed = '1'",
        &expect![[r#"
        a column is either numbered or computed
          at b.toml: columns.number.computed"#]],
    );
}
