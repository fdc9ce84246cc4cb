//! The pipelines that tell which columns go together: ranks of numbers, and categories by categories.
//!
//! In: columns of the contract, numbers with the ranks of their values. Out: [`QualityQuestion`]s.
//! Invariant: no pipeline holds more values than it names; a customer counts for a pair where both values are known.

use bson::{Bson, Document, doc};

use crate::fields::PlainField;
use crate::quality::{dollar, is_there};
use crate::{About, Inspection, QualityQuestion};

/// A column of numbers with the ranks of its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The column, by its place in the contract.
    pub column: usize,
    /// Groups of values in ascending order: the least value of each, and the group's mean rank as a share of all customers
    /// (a ridit, from 0 to 1).
    pub ranks: Vec<(f64, f64)>,
    /// Whether some customers have no value.
    pub has_missing: bool,
}

impl Ranked {
    /// The rank of a customer; null where there is no value.
    fn rank(&self, field: &PlainField) -> Bson {
        let above = |low: f64| doc! { "$gte": [dollar(field), low] };
        let branches: Vec<Document> =
            self.ranks.iter().rev().map(|(low, rank)| doc! { "case": above(*low), "then": rank }).collect();
        Bson::Document(doc! { "$switch": { "branches": branches, "default": null } })
    }
}

/// What the sums of a pair of columns are called: products, and of the pairs in which something is missing the customers, and
/// the ranks and their squares of the one where the other is known.
#[must_use]
pub fn pair_sums(a: usize, b: usize) -> [String; 6] {
    [
        format!("product_{a}_{b}"),
        format!("n_{a}_{b}"),
        format!("sum_{a}_with_{b}"),
        format!("sum_{b}_with_{a}"),
        format!("square_{a}_with_{b}"),
        format!("square_{b}_with_{a}"),
    ]
}

/// What the sums of one column are called: ranks, and their squares.
#[must_use]
pub fn own_sums(a: usize) -> [String; 2] {
    [format!("sum_{a}"), format!("square_{a}")]
}

impl Inspection<'_> {
    /// The sums that Spearman's rank correlation of each pair of these columns is made of, in one row; where `last` is given,
    /// of customers up to that key. None of fewer than two columns.
    #[must_use]
    pub fn ranks(&self, columns: &[Ranked], last: Option<&Bson>) -> Option<QualityQuestion> {
        let found: Option<Vec<&PlainField>> = columns.iter().map(|ranked| self.field(ranked.column)).collect();
        let fields = found.filter(|fields| fields.len() > 1)?;
        let mut project = doc! { "_id": 0 };
        for (place, (ranked, field)) in columns.iter().zip(&fields).enumerate() {
            project.insert(name(place), ranked.rank(field));
        }
        let mut group = doc! { "_id": null, "n": { "$sum": 1 } };
        for a in 0..columns.len() {
            let [sum, square] = own_sums(a);
            group.insert(sum, doc! { "$sum": rank(a) });
            group.insert(square, doc! { "$sum": { "$multiply": [rank(a), rank(a)] } });
            for b in a + 1..columns.len() {
                push_pair(&mut group, (a, b), columns[a].has_missing || columns[b].has_missing);
            }
        }
        let about = About::Ranks(columns.iter().map(|ranked| ranked.column).collect());
        Some(self.over(about, &fields, last, vec![doc! { "$project": project }, doc! { "$group": group }]))
    }

    /// The customers by the values of two columns, where both are known.
    #[must_use]
    pub fn crossed(&self, a: usize, b: usize) -> Option<QualityQuestion> {
        let fields = [self.field(a)?, self.field(b)?];
        let [one, other] = fields;
        let rest = vec![
            doc! { "$match": { "$and": [is_there(one), is_there(other)] } },
            doc! { "$group": { "_id": { "a": dollar(one), "b": dollar(other) }, "customers": { "$sum": 1 } } },
            doc! { "$sort": { "_id": 1 } },
        ];
        Some(self.over(About::Crossed { a, b }, &fields, None, rest))
    }
}

fn push_pair(group: &mut Document, (a, b): (usize, usize), has_missing: bool) {
    let [product, n, sum_a, sum_b, square_a, square_b] = pair_sums(a, b);
    // A product with null is null, which adds nothing.
    group.insert(product, doc! { "$sum": { "$multiply": [rank(a), rank(b)] } });
    if !has_missing {
        return;
    }
    let known = |place: usize| doc! { "$gte": [rank(place), 0] };
    let both = doc! { "$and": [known(a), known(b)] };
    let of_both = |value: Bson| doc! { "$sum": { "$cond": [both.clone(), value, 0] } };
    let square = |place: usize| Bson::Document(doc! { "$multiply": [rank(place), rank(place)] });
    group.insert(n, of_both(Bson::Int32(1)));
    group.insert(sum_a, of_both(Bson::String(rank(a))));
    group.insert(sum_b, of_both(Bson::String(rank(b))));
    group.insert(square_a, of_both(square(a)));
    group.insert(square_b, of_both(square(b)));
}

fn name(place: usize) -> String {
    format!("rank_{place}")
}

fn rank(place: usize) -> String {
    format!("$rank_{place}")
}
