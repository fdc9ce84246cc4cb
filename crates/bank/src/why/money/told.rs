//! What a list of customers is said to bring: tables, sentences, and what must be known beside them.
//!
//! In: a list as it was computed. Out: [`Budgeted`], but for the list itself.
//! Invariant: the profit of a list never stands without its interval; that what a call saves is assumed, and not measured, is
//! always said.

use additive::emp::expected_maximum_profit;
use additive::evidence::Hull;
use additive::profit::{Costs, plan};
use catalog::{Chart, ChartKind};
use contract::Unit;
use diagnostic::Diagnostic;
use insight::{Answer, Cell, Column, ColumnRole, Row, Table};
use report::{count, counted, number};

use super::super::card::{ModelCard, Viewed};
use super::super::view::FORESEEING;
use super::customers::{Columns, Customers};
use super::{BudgetWish, Budgeted, Computed};

/// So many sizes are drawn, up to a list of so many customers at least.
const DRAWN: usize = 40;
const LEAST_DRAWN: usize = 100;
/// The profit of fewer customers than this is not quite normal.
const FEW: usize = 30;
/// By how much an assumption is moved, down and up.
const MOVED: [f64; 2] = [0.5, 1.5];

/// An assumption that can be moved.
struct Input {
    name: &'static str,
    value: f64,
    unit: Unit,
    moves: fn(&mut Factors, f64),
}

/// How many times what they are the assumptions are.
#[derive(Clone, Copy)]
struct Factors {
    spend: f64,
    balances: f64,
    contact: f64,
    incentive: f64,
    saved: f64,
    budget: f64,
}

impl Factors {
    const ONE: Self = Self { spend: 1.0, balances: 1.0, contact: 1.0, incentive: 1.0, saved: 1.0, budget: 1.0 };
}

/// What is to be said of the view.
pub(super) fn of_view(card: &ModelCard, viewed: &Viewed, wish: &BudgetWish) -> Vec<Diagnostic> {
    let Some(view) = viewed.view() else { return Vec::new() };
    let mut notices = Vec::new();
    if view.name == "hindsight" {
        let message = "the view `hindsight` cannot foresee: it knows what was measured while accounts closed, which is not known in \
                       time of those who are still to leave";
        let is_there = |name: &&&str| card.views.iter().any(|other| other.name == **name) && **name != view.name;
        let hint = FORESEEING.iter().find(is_there).map(|name| format!("a view that can: `--view {name}`"));
        let notice = Diagnostic::new(message);
        notices.push(match hint {
            Some(hint) => notice.hint(hint),
            None => notice,
        });
    } else if wish.view.is_none() {
        let message = format!("scored by the view `{}`, the one here that can foresee most. {}", view.name, view.says);
        notices.push(Diagnostic::new(message).hint("`--view` chooses another"));
    }
    if viewed.evidence.roc_auc.low <= 0.5 {
        let message = format!("what the view `{}` tells cannot be told from chance", view.name);
        notices.push(Diagnostic::new(message).hint("a list by it is no better than one that is drawn at random"));
    }
    notices
}

/// What is to be said of what the bank has, and of what it has not.
pub(super) fn of_columns(columns: &Columns<'_>, wish: &BudgetWish, customers: &Customers<'_>) -> Vec<Diagnostic> {
    let mut notices = Vec::new();
    let mut say = |message: String, hint: Option<&str>| {
        let notice = Diagnostic::new(message);
        notices.push(match hint {
            Some(hint) => notice.hint(hint),
            None => notice,
        });
    };
    if !wish.are_own {
        let message = "margins, costs and the share that is saved are built-in assumptions, and no bank's numbers";
        let hint =
            "`banksphere budget --write-assumptions costs.toml` writes them, to be changed: `--assumptions costs.toml`";
        say(message.to_owned(), Some(hint));
    }
    if columns.outcome.is_none() {
        say("no column says who closed the account: all customers are taken for open".to_owned(), None);
    }
    if columns.key.is_none() {
        say("the customers' numbers name persons, so the list has none of them".to_owned(), None);
    }
    let parts = [(columns.spend, "spend", "spend"), (columns.balances, "revolving_balance", "balances")];
    for ((column, role, what), unknown) in parts.into_iter().zip(customers.unknown) {
        match column {
            None if wish.assumptions.per_customer().is_none() => {
                let message =
                    format!("no column has the role `{role}`: what customers are worth by their {what} is left out");
                say(message, None);
            }
            Some(column) if unknown > 0 => {
                let (who, label) = (counted(unknown, "customer"), diagnostic::quote(&column.label));
                say(format!("“{label}” is not known of {who}: it counts as nothing"), None);
            }
            _ => {}
        }
    }
    notices
}

/// What is to be said where the models were made of these customers.
pub(super) fn learnt_from() -> Diagnostic {
    Diagnostic::new(
        "the model learned from these very customers, so their scores look surer than those of others would",
    )
    .hint("what each view is worth is measured on customers that its model did not learn from")
}

/// All but the list.
pub(super) fn told(computed: &Computed<'_>, notices: Vec<Diagnostic>) -> Budgeted {
    let title = computed.viewed.view().map_or(computed.viewed.name.as_str(), |view| view.title);
    let customers = computed.customers.len() as u64;
    let sizes = sizes_shown(computed);
    let sensitivity = computed.sensitivity();
    // Far behind the best size the profit only falls.
    let most = (computed.plan.best * 4).max(LEAST_DRAWN).min(computed.plan.order.len());
    let steps = most.clamp(1, DRAWN);
    let drawn: Vec<usize> = (1..=steps).map(|at| most * at / steps).collect();
    Budgeted {
        title: format!("Customers to call\n{}, by the view “{title}”", counted(customers, "open customer")),
        sentences: sentences(computed, &sensitivity),
        sizes: profits(computed, &sizes),
        views: worths(computed),
        curve: curve(profits(computed, &drawn)),
        tornado: tornado(&sensitivity, computed.unit),
        sensitivity: moved(&sensitivity, computed.unit),
        list: Vec::new(),
        notices,
    }
}

/// Round sizes, the best one, that of the list, and all.
fn sizes_shown(computed: &Computed<'_>) -> Vec<usize> {
    let all = computed.plan.order.len();
    let round = (1..19).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_usize.pow(power)));
    let mut sizes: Vec<usize> = round.take_while(|size| *size < all).collect();
    sizes.extend([computed.plan.best, computed.size, all]);
    sizes.retain(|size| *size > 0);
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// A line a size: whom it reaches, what it costs and brings.
fn profits(computed: &Computed<'_>, sizes: &[usize]) -> Table {
    let unit = computed.unit;
    let end = |name: &str, label: &str, role| Column::new(name, label, unit, role);
    let of = "profit".to_owned();
    let columns = vec![
        Column::new("customers", "Customers called", Unit::Count, ColumnRole::Dimension),
        Column::measure("leaving", "Of them expected to leave", Unit::Count),
        Column::measure("cost", "Expected cost", unit),
        Column::measure("profit", "Expected profit", unit),
        end("profit_low", "Expected profit, low end", ColumnRole::Low { of: of.clone() }),
        end("profit_high", "Expected profit, high end", ColumnRole::High { of }),
        Column::measure("loss", "Chance of a loss", Unit::Share),
        Column::text("note", "Note"),
    ];
    let leaving: Vec<f64> = computed
        .plan
        .order
        .iter()
        .scan(0.0, |sum, row| {
            *sum += computed.customers.probabilities[*row];
            Some(*sum)
        })
        .collect();
    let row = |(size, band): (&usize, additive::profit::Band)| {
        let at = size - 1;
        let notes = [
            (*size == computed.plan.best).then_some("best"),
            (computed.budget.is_some() && *size == computed.size).then_some("within the budget"),
            (*size == computed.plan.order.len()).then_some("all"),
        ];
        let amount = |amount: f64| Cell::Number(round(amount));
        Row::from(vec![
            Cell::Integer(*size as i64),
            Cell::Number(leaving[at].round()),
            amount(computed.plan.cost[at]),
            amount(computed.plan.profit[at]),
            amount(band.low),
            amount(band.high),
            Cell::Number(band.loss),
            Cell::Text(notes.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        ])
    };
    Table { columns, rows: sizes.iter().zip(computed.bands(sizes)).map(row).collect() }
}

/// Money that is expected is not known to the cent.
fn round(amount: f64) -> f64 {
    if amount.abs() < 10.0 { (amount * 100.0).round() / 100.0 } else { amount.round() }
}

/// What is moved, what it is, and the best profit with half of it and with half as much again.
struct Moved {
    name: &'static str,
    assumed: String,
    profits: [f64; 2],
    base: f64,
}

impl Computed<'_> {
    fn sensitivity(&self) -> Vec<Moved> {
        let base = self.best_profit(Factors::ONE);
        let moved = |input: Input| {
            let profit = |factor| {
                let mut factors = Factors::ONE;
                (input.moves)(&mut factors, factor);
                self.best_profit(factors)
            };
            Moved { name: input.name, assumed: number(input.value, input.unit), profits: MOVED.map(profit), base }
        };
        let mut all: Vec<Moved> = self.inputs().into_iter().map(moved).collect();
        let range = |moved: &Moved| (moved.profits[1] - moved.profits[0]).abs();
        all.sort_by(|a, b| range(b).total_cmp(&range(a)));
        all
    }

    fn inputs(&self) -> Vec<Input> {
        let costs = self.assumptions.costs();
        let mut inputs: Vec<Input> = Vec::new();
        let mut add = |name, value, unit, moves| inputs.push(Input { name, value, unit, moves });
        let assumed = |name: &str| self.assumptions.number(name);
        if let Some(value) = self.assumptions.per_customer() {
            add("Value of a customer", value, self.unit, |all, factor| all.spend = factor);
        } else {
            let [has_spend, has_balances] = self.has_parts;
            if has_spend {
                add("Margin on spend", assumed("margin_on_spend"), Unit::Share, |all, factor| all.spend = factor);
            }
            if has_balances {
                add("Margin on balances", assumed("margin_on_balances"), Unit::Share, |all, factor| {
                    all.balances = factor;
                });
            }
            add("Months saved", assumed("months_saved"), Unit::Count, |all, factor| {
                (all.spend, all.balances) = (factor, factor);
            });
        }
        add("Cost of a contact", costs.contact, self.unit, |all, factor| all.contact = factor);
        add("Cost of an incentive", costs.incentive, self.unit, |all, factor| all.incentive = factor);
        add("Share saved", self.assumptions.saved().mean(), Unit::Share, |all, factor| all.saved = factor);
        if let Some(budget) = self.budget {
            add("Budget", budget, self.unit, |all, factor| all.budget = factor);
        }
        inputs
    }

    /// The best profit within the budget where assumptions are so many times what they are.
    fn best_profit(&self, factors: Factors) -> f64 {
        let Costs { contact, incentive } = self.assumptions.costs();
        let costs = Costs { contact: contact * factors.contact, incentive: incentive * factors.incentive };
        let saved = (self.assumptions.saved().mean() * factors.saved).min(1.0);
        let values = self.customers.values([factors.spend, factors.balances]);
        let plan = plan(&self.customers.probabilities, &values, costs, saved);
        let size = self.budget.map_or(plan.best, |budget| plan.within(budget * factors.budget));
        size.checked_sub(1).map_or(0.0, |last| plan.profit[last])
    }
}

fn moved(all: &[Moved], unit: Unit) -> Table {
    let columns = vec![
        Column::text("assumption", "Assumption"),
        Column::text("assumed", "Assumed"),
        Column::measure("half", "Best profit at −50 %", unit),
        Column::measure("as_assumed", "As assumed", unit),
        Column::measure("half_more", "At +50 %", unit),
    ];
    let row = |moved: &Moved| {
        let mut cells = vec![Cell::Text(moved.name.to_owned()), Cell::Text(moved.assumed.clone())];
        cells.extend([moved.profits[0], moved.base, moved.profits[1]].map(|profit| Cell::Number(round(profit))));
        Row::from(cells)
    };
    Table { columns, rows: all.iter().map(row).collect() }
}

/// What each view's scores are worth, and what can be done without any.
fn worths(computed: &Computed<'_>) -> Table {
    let (card, unit) = (computed.card, computed.unit);
    let columns = vec![
        Column::text("view", "Scores"),
        Column::measure("profit", "Expected maximum profit a customer", unit),
        Column::measure("called", "Customers called", Unit::Share),
    ];
    let (costs, saved) = (computed.assumptions.costs(), computed.assumptions.saved());
    let rate = card.data.left as f64 / card.data.customers.max(1) as f64;
    let value = computed.mean_value();
    let row = |title: &str, hull: &Hull| {
        let worth = expected_maximum_profit(hull, rate, value, costs, saved);
        let cents = (worth.profit * 100.0).round() / 100.0;
        Row::from(vec![Cell::Text(title.to_owned()), Cell::Number(cents), Cell::Number(worth.asked)])
    };
    let of_view = |viewed: &Viewed| {
        let title = viewed.view().map_or(viewed.name.as_str(), |view| view.title);
        let cannot = if viewed.name == "hindsight" { " (cannot foresee)" } else { "" };
        row(&format!("{title}{cannot}"), &viewed.evidence.roc_hull)
    };
    let none = row("Without scores: all or none", &Hull::of(&[], &[]));
    Table { columns, rows: card.views.iter().map(of_view).chain([none]).collect() }
}

impl Computed<'_> {
    fn mean_value(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len().max(1) as f64
    }
}

fn curve(table: Table) -> Answer {
    let interval = Some(("profit_low".to_owned(), "profit_high".to_owned()));
    Answer {
        name: "profit_by_size".to_owned(),
        title: "Expected profit by the size of the list".to_owned(),
        question: "How many customers are worth calling?".to_owned(),
        table,
        chart: Some(Chart {
            kind: ChartKind::Line,
            x: "customers".to_owned(),
            y: vec!["profit".to_owned()],
            series: None,
            interval,
        }),
        ..Answer::default()
    }
}

/// By how much each assumption moves the best profit, down and up.
fn tornado(all: &[Moved], unit: Unit) -> Answer {
    let columns = vec![
        Column::new("assumption", "Assumption", Unit::Text, ColumnRole::Dimension),
        Column::measure("half", "At −50 %", unit),
        Column::measure("half_more", "At +50 %", unit),
    ];
    let row = |moved: &Moved| {
        let mut cells = vec![Cell::Text(moved.name.to_owned())];
        cells.extend(moved.profits.map(|profit| Cell::Number(round(profit - moved.base))));
        Row::from(cells)
    };
    Answer {
        name: "sensitivity".to_owned(),
        title: "What the best profit depends on".to_owned(),
        question: "By how much does the best profit change with each assumption?".to_owned(),
        table: Table { columns, rows: all.iter().map(row).collect() },
        chart: Some(Chart {
            kind: ChartKind::GroupedBar,
            x: "assumption".to_owned(),
            y: vec!["half".to_owned(), "half_more".to_owned()],
            series: None,
            interval: None,
        }),
        ..Answer::default()
    }
}

fn sentences(computed: &Computed<'_>, sensitivity: &[Moved]) -> Vec<String> {
    let money = |amount: f64| number(round(amount), computed.unit);
    let mut sentences = Vec::new();
    let all = counted(computed.plan.order.len() as u64, "open customer");
    let brings = |size: usize| {
        let band = computed.bands(&[size])[0];
        format!(
            "expected profit {} (95 % interval {} to {}), expected cost {}, chance of a loss {}",
            money(computed.plan.profit[size - 1]),
            money(band.low),
            money(band.high),
            money(computed.plan.cost[size - 1]),
            number(band.loss, Unit::Share)
        )
    };
    match computed.plan.best {
        0 => sentences.push(format!(
            "Of {all} none is worth a call under these assumptions: each is expected to cost more than it brings."
        )),
        1 => sentences.push(format!("Of {all} one is worth a call: {}.", brings(1))),
        best => sentences.push(format!("Of {all} {} are worth a call: {}.", count(best as u64), brings(best))),
    }
    if let (Some(budget), true) = (computed.budget, computed.plan.best > 0) {
        let budget = money(budget);
        sentences.push(match computed.size {
            0 => {
                format!("A budget of {budget} does not pay for the first of them with the incentive that is expected.")
            }
            size if size == computed.plan.best => format!("A budget of {budget} pays for all that are worth a call."),
            size => {
                format!("A budget of {budget} pays for the first {} of them: {}.", count(size as u64), brings(size))
            }
        });
    }
    sentences.extend(caveats(computed, sensitivity));
    sentences
}

/// What the figures have in them, and what they have not.
fn caveats(computed: &Computed<'_>, sensitivity: &[Moved]) -> Vec<String> {
    let money = |amount: f64| number(round(amount), computed.unit);
    let few = if (1..FEW).contains(&computed.size) { " For so few customers it is rough." } else { "" };
    let mut sentences = vec![format!(
        "The interval has in it that the share saved is not known exactly, and that who leaves and who is kept is chance; not that \
         the other assumptions may be wrong.{few}"
    )];
    if let Some(most) = sensitivity.first().filter(|most| most.profits[0] != most.profits[1]) {
        sentences.push(format!(
            "The best profit depends most on the assumption “{}” ({}): with half of it the profit is {}, with half as much again {}.",
            most.name,
            most.assumed,
            money(most.profits[0]),
            money(most.profits[1])
        ));
    }
    sentences.push(format!(
        "What the scores of each view are worth is measured on customers that its model did not learn from, where each is worth \
         the mean of {}: the expected maximum profit (Verbraken, Verbeke, Baesens 2013), for each customer of the data, those who left among \
         them.",
        money(computed.mean_value())
    ));
    sentences.push(
        "A probability is how often customers like this one had left when the data were taken; that the next months are like \
         those is assumed."
            .to_owned(),
    );
    sentences.push(
        "No uplift is claimed: the data have no calls in them, so whom a call keeps is assumed, and not known, until a campaign \
         with a hold-out has measured it (`banksphere campaign`)."
            .to_owned(),
    );
    sentences
}
