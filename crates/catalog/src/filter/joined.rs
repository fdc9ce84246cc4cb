//! Parts of a filter that `and` or `or` joins, the second of them a category by itself: `card != gold or platinum`.
//!
//! In: what the part before says of a column. Out: nothing, or the refusal. Invariant: a category that may be meant to go on with the
//! part before is never read otherwise in silence.

use pipeline::Error;
use pipeline::ast::Expr;

use super::Reader;
use super::subject::Subject;

/// What a part says of the answers to one column.
pub(super) struct Part {
    /// What it reads.
    expr: Expr,
    /// How the column is called in hints.
    name: String,
    /// The answers, as they are written.
    answers: String,
    /// Whether customers with these answers are left out.
    is_not: bool,
}

impl Part {
    /// The same, denied.
    pub(super) fn denied(self) -> Self {
        Self { is_not: !self.is_not, ..self }
    }
}

impl Reader<'_> {
    /// Keeps in mind what a part says: the answers that stand in the text from `at` to here.
    pub(super) fn keep(&mut self, name: &str, subject: &Subject, is_not: bool, at: usize) {
        let answers = self.text[at..self.at].trim().trim_matches(['(', ')']).to_owned();
        let part = |expr: &Expr| Part { expr: expr.clone(), name: name.to_owned(), answers, is_not };
        self.last = subject.known().filter(|_| subject.is_text()).map(|dimension| part(&dimension.expr));
    }

    /// Refuses a category at `at` that follows a part about the same column, where it may be meant to go on with that.
    pub(super) fn refuse_unclear(&self, before: Option<(Part, &str)>, at: usize) -> Result<(), Error> {
        let (Some((before, word)), Some(category)) = (before, &self.last) else { return Ok(()) };
        if before.expr != category.expr {
            return Ok(());
        }
        let (name, first, second) = (&before.name, &before.answers, &category.answers);
        if before.is_not {
            let error = Error::input(format!("it is not clear whether customers with `{second}` are left out, too"));
            return Err(error.at(self.place(at)).hint(format!(
                "`{name} not in {first}, {second}` leaves out all of them; `{name} = {second}` asks for them alone"
            )));
        }
        if word == "and" && !first.eq_ignore_ascii_case(second) {
            let error = Error::input(format!("no customer is both `{first}` and `{second}`"));
            return Err(error
                .at(self.place(at))
                .hint(format!("`{name} in {first}, {second}` are those who are one of them")));
        }
        Ok(())
    }
}
