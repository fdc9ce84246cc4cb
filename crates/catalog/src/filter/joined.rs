//! Parts of a filter that `and` or `or` joins, the second of them a category by itself: `card != gold or platinum`.
//!
//! In: what the part before says of a column. Out: nothing, or the refusal. Invariant: a category directly behind a part, without
//! parentheses, that may be meant to go on with it is never read otherwise in silence.

use bson::Bson;
use pipeline::Error;
use pipeline::ast::Expr;

use super::Reader;
use super::subject::Subject;

/// What a part says of the answers to one column.
#[derive(Clone)]
pub(super) struct Part {
    /// What it reads.
    expr: Expr,
    /// How the column is called in hints.
    name: String,
    /// The answers, as they are written.
    written: String,
    /// The answers.
    answers: Vec<Bson>,
    /// Whether customers with these answers are left out.
    is_not: bool,
    /// Whether it is a category by itself, without a name before it.
    is_bare: bool,
}

/// Parts that `and` joins, and where they stand in the text.
pub(super) struct Chain {
    pub(super) n_parts: usize,
    /// What the first and the last part say.
    pub(super) first: Option<Part>,
    pub(super) last: Option<Part>,
    /// Where the chain begins and ends, where its first part ends and its last one begins.
    pub(super) start: usize,
    pub(super) first_end: usize,
    pub(super) last_start: usize,
    pub(super) end: usize,
}

impl Part {
    /// The same, of a category by itself.
    pub(super) fn bare(self) -> Self {
        Self { is_bare: true, ..self }
    }

    /// The same, denied.
    pub(super) fn denied(self) -> Self {
        Self { is_not: !self.is_not, ..self }
    }
}

impl Reader<'_> {
    /// Keeps in mind what a part says: the answers, which stand in the text from `at` to here.
    pub(super) fn keep(&mut self, (name, subject): (&str, &Subject), answers: Vec<Bson>, is_not: bool, at: usize) {
        let text = self.text[at..self.at].trim();
        let written = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text).to_owned();
        let part =
            |expr: &Expr| Part { expr: expr.clone(), name: name.to_owned(), written, answers, is_not, is_bare: false };
        self.last = subject.known().filter(|_| subject.is_text()).map(|dimension| part(&dimension.expr));
    }

    /// Refuses a category by itself behind `or` that may go on with the part before alone, or with all that `and` joins to it: `women
    /// and gold or silver`.
    pub(super) fn refuse_mixed(&self, before: &Chain, after: &Chain) -> Result<(), Error> {
        let (Some(last), Some(first)) = (&before.last, &after.first) else { return Ok(()) };
        if last.expr != first.expr || !first.is_bare || before.n_parts.max(after.n_parts) == 1 {
            return Ok(());
        }
        let text = |from: usize, to: usize| self.text[from..to].trim();
        let whole = |chain: &Chain| {
            let text = text(chain.start, chain.end);
            if chain.n_parts > 1 { format!("({text})") } else { text.to_owned() }
        };
        let either = format!("({} or {})", text(before.last_start, before.end), text(after.start, after.first_end));
        let pieces = [text(before.start, before.last_start), &either, text(after.first_end, after.end)];
        let pieces: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let error = Error::input("it is not clear what `or` joins here, and what `and` does");
        let (one, other) = (pieces.join(" "), format!("{} or {}", whole(before), whole(after)));
        Err(error.at(self.place(after.start)).hint(format!("parentheses say it: `{one}`, or `{other}`")))
    }

    /// Refuses a category at `at` that follows a part about the same column, where it may be meant to go on with that.
    pub(super) fn refuse_unclear(&self, before: Option<(Part, &str)>, at: usize) -> Result<(), Error> {
        let (Some((before, word)), Some(category)) = (before, &self.last) else { return Ok(()) };
        if before.expr != category.expr {
            return Ok(());
        }
        let (name, first, second) = (&before.name, &before.written, &category.written);
        if before.is_not {
            let error = Error::input(format!("it is not clear whether customers with `{second}` are left out, too"));
            return Err(error.at(self.place(at)).hint(format!(
                "`{name} not in {first}, {second}` leaves out all of them; `{name} = {second}` asks for them alone"
            )));
        }
        if word == "and" && !category.answers.iter().all(|answer| before.answers.contains(answer)) {
            let error = Error::input(format!("no customer is both `{first}` and `{second}`"));
            return Err(error
                .at(self.place(at))
                .hint(format!("`{name} in {first}, {second}` are those who are one of them")));
        }
        Ok(())
    }
}
