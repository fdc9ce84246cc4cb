//! A scorecard of who leaves: points by bins of each column, for those who must sign what they use.
//!
//! In: a bank, and the view whose columns it may use. Out: its [`Points`] in words, and the pipeline that gives each customer's.
//! Invariant: points are whole numbers, so a folder and a server give the same; the area under the ROC curve beside them is from
//! customers that the scorecards tested on them were not made of.

use additive::evidence::Estimate;
use additive::folds;
use additive::scorecard::{Card, Scale, Scorecard, cross_validated, scorecard};
use bson::{Bson, Document, bson, doc};
use contract::Unit;
use diagnostic::{Diagnostic, nearest};
use insight::{Cell, Column, Row, Table};
use pipeline::Pipeline;
use report::{counted, number};

use super::card::needed;
use super::feature::{Feature, features};
use super::table::{self, Table as Customers};
use super::view::{FORESEEING, View, views};
use super::{MANY, PARTS, REPEATS, SEED, expression, gate, refused, words};
use crate::{Bank, Error, ErrorKind, Talk};

/// What is asked of a scorecard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScorecardWish {
    /// The view whose columns it may use; the one that can foresee most where none is named.
    pub view: Option<String>,
    /// Columns that may be used though they tell the outcome too well.
    pub knowingly: Vec<String>,
}

/// A scorecard in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// A heading.
    pub title: String,
    /// What it says, and how well.
    pub sentences: Vec<String>,
    /// The points of each bin.
    pub table: Table,
    /// Gives each customer's points and probability.
    pub query: (String, Pipeline),
    /// What is to be told beside it.
    pub notices: Vec<Diagnostic>,
}

impl Bank {
    /// Makes a scorecard.
    pub fn scorecard(&self, wish: &ScorecardWish, talk: &Talk<'_>) -> Result<Points, Error> {
        let bank = self.until(talk.cancel);
        let result = bank.points(wish, talk);
        if talk.is_cancelled() { Err(Error::cancelled()) } else { result }
    }

    fn points(&self, wish: &ScorecardWish, talk: &Talk<'_>) -> Result<Points, Error> {
        let contract = self.customers()?;
        table::outcome(contract)?;
        let (features, _) = features(contract);
        let (view, members) = chosen(views(contract, &features).0, wish.view.as_deref())?;
        let customers = Customers::read(self, &features, talk)?;
        gate::check(&customers, &wish.knowingly)?;
        let columns = customers.columns(&members);
        let (card, left_out) = scorecard(&columns, &customers.outcomes, Scale::default()).map_err(refused)?;
        let repeats = if customers.outcomes.len() > MANY { 1 } else { REPEATS };
        let divisions = folds::repeated(&customers.outcomes, PARTS, repeats, SEED);
        let area = cross_validated(&columns, &customers.outcomes, &divisions).map_err(refused)?;
        let mut notices = Vec::new();
        if wish.view.is_none() {
            let message =
                format!("made by the view `{}`, the one here that can foresee most. {}", view.name, view.says);
            notices.push(Diagnostic::new(message).hint("`--view` chooses another"));
        }
        let left_out = left_out.iter().map(|left| format!("`{}` {}", diagnostic::quote(&left.name), left.reason));
        let left_out: Vec<String> = left_out.collect();
        if !left_out.is_empty() {
            notices.push(Diagnostic::new(format!("left out: {}", diagnostic::list(&left_out))));
        }
        let left = customers.outcomes.iter().filter(|left| **left).count() as u64;
        Ok(Points {
            title: format!(
                "Points by the view “{}”\n{}, {} of them left",
                view.title,
                counted(customers.outcomes.len() as u64, "customer"),
                report::count(left)
            ),
            sentences: sentences(&card, view, area),
            table: told(&card, &features),
            query: self.points_of_customers(&card, &features)?,
            notices,
        })
    }

    /// The pipeline that gives each customer's number, points and probability.
    fn points_of_customers(&self, card: &Scorecard, features: &[Feature]) -> Result<(String, Pipeline), Error> {
        let key = self.customers()?.key();
        let beside = if key.direct_identifier { vec![] } else { vec![key.name.as_str()] };
        let features = needed(features, card.columns.iter().map(|column| column.input.name.as_str()));
        let (collection, mut pipeline) = table::pipeline(self.catalog(), &features, &beside)?;
        let mut kept = Document::new();
        kept.insert("_id", 0);
        if !key.direct_identifier {
            kept.insert(&key.name, 1);
        }
        kept.insert("points", expression::points(card));
        let Scale { points, odds, double } = card.scale;
        let doubled = bson!({ "$pow": [2.0, { "$divide": [{ "$subtract": ["$points", points] }, double] }] });
        let probability = bson!({ "$divide": [1.0, { "$add": [1.0, { "$multiply": [odds, doubled] }] }] });
        let stages = vec![
            Bson::Document(doc! { "$project": kept }),
            Bson::Document(doc! { "$addFields": { "probability": probability } }),
        ];
        pipeline.stages.extend(pipeline::parse(&Bson::Array(stages))?.stages);
        Ok((collection, pipeline))
    }
}

/// The view of a name, or the one that can foresee most.
fn chosen(all: Vec<(View, Vec<usize>)>, name: Option<&str>) -> Result<(View, Vec<usize>), Error> {
    let names: Vec<&str> = all.iter().map(|(view, _)| view.name).collect();
    let name = name.or_else(|| FORESEEING.into_iter().find(|name| names.contains(name))).unwrap_or_default().to_owned();
    let hint = nearest("view", &name, names);
    all.into_iter().find(|(view, _)| view.name == name).ok_or_else(|| {
        let message = format!("this bank has no view `{}`", diagnostic::quote(&name));
        Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint))
    })
}

fn told(card: &Scorecard, features: &[Feature]) -> Table {
    let columns = vec![
        Column::text("column", "Column"),
        Column::text("values", "Values"),
        Column::measure("customers", "Customers", Unit::Count),
        Column::measure("weight_of_evidence", "Weight of evidence", Unit::Ratio),
        Column::measure("coefficient", "Coefficient", Unit::Ratio),
        Column::measure("points", "Points", Unit::Count),
    ];
    let rows = card.columns.iter().flat_map(|column| {
        let name = &column.input.name;
        let label = features.iter().find(|feature| feature.name == *name).map_or(name, |feature| &feature.label);
        let bins = words::bins(&column.cuts, column.input.categories.as_deref());
        let Card { weights, coefficient, points, rows, .. } = column;
        let each = bins.into_iter().zip(rows).zip(weights).zip(points);
        each.filter(|(((_, rows), _), _)| **rows > 0).map(|(((values, rows), weight), points)| {
            Row::from(vec![
                Cell::Text(label.clone()),
                Cell::Text(values),
                Cell::Integer(*rows as i64),
                Cell::Number(*weight),
                Cell::Number(*coefficient),
                Cell::Integer(*points),
            ])
        })
    });
    Table { columns, rows: rows.collect() }
}

fn sentences(card: &Scorecard, view: View, area: Estimate) -> Vec<String> {
    let Scale { points, odds, double } = card.scale;
    let percent = |value: f64| number(value.clamp(0.0, 1.0), Unit::Share);
    let chance = if area.low <= 0.5 { " It cannot be told from chance." } else { "" };
    vec![
        format!(
            "A customer's points are the sum of the points of each column; more of them mean that leaving is less likely. {points} \
             stand for {odds} to 1 against leaving, and {double} more double that."
        ),
        format!(
            "Of a customer who left and one who did not, the one who left has fewer points in {} of cases (95 % interval {} to {}), \
             on customers that the scorecard was not made of.{chance}",
            percent(area.mean),
            percent(area.low).trim_end_matches(" %"),
            percent(area.high)
        ),
        format!("{}. {}", view.title, view.says),
        "A weight of evidence above 0 says that customers of these values left more often than all; a coefficient is what the \
         weights of a column count for beside the other columns (logistic regression)."
            .to_owned(),
    ]
}
