//! Draws a customer, each field given those before it, so that the sample's fields hang together as a bank's do.
//!
//! Gender → income → whether the account was closed → age, education, marital status → dependents and tenure by age →
//! card by income → credit limit by card, income and gender → balance by limit → habit of use, products, activity.

use crate::block::{Block, Cells};

use super::chance::{Chance, value_at};
use super::figures::{
    AGE, AGE_ENDS, BALANCES, BLUE_LIMITS, CARD, CLOSED, CONTACTS, DEPENDENTS, EDUCATION, HABIT_SHARES, HABITS,
    HIGH_LIMIT, HIGHEST_BALANCE, HIGHEST_LIMIT, Habit, INACTIVE, INCOME, LOW_LIMIT_BEFORE_CLOSURE, LOWEST_LIMIT,
    LOWEST_LIMIT_BY_STATUS, MARITAL, MARITAL_CODES, OTHER_LIMITS, TENURE, TENURE_ENDS, TENURE_HEAP, TENURE_HEAP_MONTHS,
    WOMEN,
};

/// Draws the customer of that number and adds it to the block.
pub(super) fn push(block: &mut Block, number: i32, chance: &mut Chance) {
    let gender = usize::from(!chance.is(WOMEN));
    let income = chance.pick(&INCOME[gender]);
    let status = usize::from(chance.is(CLOSED[gender][income]));
    let age = age(status, chance);
    let dependents = chance.pick(&DEPENDENTS[((age / 5).clamp(5, 12) - 5) as usize]);
    let education = chance.pick(&EDUCATION[status]);
    let marital = MARITAL_CODES[chance.pick(&MARITAL[status])];
    let card = chance.pick(&CARD[income]);
    let tenure = tenure(age, chance);
    let limit = limit(gender, income, card, status, chance);
    let balance = balance(limit, status, chance);
    let card_use = if card > 0 { 2 } else { usize::from(limit >= HIGH_LIMIT) };
    let habit = HABITS[status][chance.pick(&HABIT_SHARES[status][gender][card_use])];
    let products = chance.pick(&habit.products) + 1;
    let inactive = chance.pick(&INACTIVE[status]);
    let contacts = chance.pick(&CONTACTS[status]);
    let activity = Activity::draw(habit, chance);

    let mut row = Row { cells: block.columns.iter_mut() };
    row.whole(number);
    row.code(status);
    row.whole(age);
    row.code(gender);
    row.whole(dependents as i32);
    row.code(education);
    row.code(marital);
    row.code(income);
    row.code(card);
    row.whole(tenure);
    row.whole(products as i32);
    row.whole(inactive as i32);
    row.whole(contacts as i32);
    row.decimal(limit);
    row.whole(balance);
    // In tenths, so that the doubles are the nearest to what the file says.
    row.decimal(((limit * 10.0).round() - f64::from(balance) * 10.0) / 10.0);
    row.decimal(activity.amount_change);
    row.whole(activity.amount);
    row.whole(activity.count);
    row.decimal(activity.count_change);
    row.decimal(thousandths(f64::from(balance) / limit));
}

fn age(status: usize, chance: &mut Chance) -> i32 {
    let (mean, deviation) = AGE[status];
    let age = mean + deviation * chance.bell();
    // One in a thousand is older than the end.
    let end = if chance.is(0.001) { AGE_ENDS.1 + 8.0 * chance.part() } else { AGE_ENDS.1 };
    if end > AGE_ENDS.1 { end as i32 } else { age.clamp(AGE_ENDS.0, end).round() as i32 }
}

fn tenure(age: i32, chance: &mut Chance) -> i32 {
    if chance.is(TENURE_HEAP) {
        return TENURE_HEAP_MONTHS;
    }
    let (at_47, each_year, deviation) = TENURE;
    let months = at_47 + each_year * f64::from(age - 47) + deviation * chance.bell();
    (months.round() as i32).clamp(TENURE_ENDS.0, TENURE_ENDS.1)
}

fn limit(gender: usize, income: usize, card: usize, status: usize, chance: &mut Chance) -> f64 {
    let limits = if card == 0 { BLUE_LIMITS[gender][income] } else { &OTHER_LIMITS[income] };
    let part = chance.part();
    let lowest = limits.lowest * LOWEST_LIMIT_BY_STATUS[status];
    if part < lowest {
        LOWEST_LIMIT
    } else if part < lowest + limits.highest {
        HIGHEST_LIMIT
    } else {
        let is_low = status == 1 && chance.is(LOW_LIMIT_BEFORE_CLOSURE);
        let part = chance.part() * if is_low { 0.2 } else { 1.0 };
        value_at(&limits.between, part).round()
    }
}

fn balance(limit: f64, status: usize, chance: &mut Chance) -> i32 {
    let bands = &BALANCES[status];
    let band = &bands[bands.partition_point(|band| band.limit_below <= limit).min(bands.len() - 1)];
    let part = chance.part();
    if part < band.zero {
        return 0;
    }
    // No customer owes more than the limit.
    let most = limit as i32 - 3;
    if part < band.zero + band.highest {
        return HIGHEST_BALANCE.min(most);
    }
    let drawn = (0..6).map(|_| chance.value(&band.between).round() as i32).find(|balance| *balance <= most);
    drawn.unwrap_or(most)
}

/// What the card was used for in the year.
struct Activity {
    amount: i32,
    count: i32,
    amount_change: f64,
    count_change: f64,
}

impl Activity {
    fn draw(habit: &Habit, chance: &mut Chance) -> Self {
        let count = chance.value(&habit.transactions).round();
        let (at_none, each, spread, least, most) = habit.spend;
        let amount = (at_none + each * count + spread * chance.bell()).clamp(least, most).round();
        let part = chance.part();
        // To share the part now and then gives the two changes the rank correlation, and leaves each as it is.
        let other = if chance.is(habit.together) { part } else { chance.part() };
        Self {
            amount: amount as i32,
            count: count as i32,
            amount_change: change(amount, value_at(&habit.amount_change, part)),
            count_change: change(count, value_at(&habit.count_change, other)),
        }
    }
}

/// The change between two whole parts of a whole sum, near the wanted one: a ratio of two whole numbers, which is why
/// the real ones heap at 1, 2/3 and 1/2.
fn change(sum: f64, wanted: f64) -> f64 {
    let first_quarter = (sum / (1.0 + wanted)).round().max(1.0);
    thousandths((sum - first_quarter) / first_quarter)
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Fills a row's cells from left to right. Invariant: the kinds are those of the contract's columns.
struct Row<'a> {
    cells: std::slice::IterMut<'a, Cells>,
}

impl Row<'_> {
    fn whole(&mut self, value: i32) {
        if let Some(Cells::Int(cells)) = self.cells.next() {
            cells.push(value);
        }
    }

    fn decimal(&mut self, value: f64) {
        if let Some(Cells::Decimal(cells)) = self.cells.next() {
            cells.push(value);
        }
    }

    fn code(&mut self, value: usize) {
        if let Some(Cells::Category(cells)) = self.cells.next() {
            cells.push(value as u8);
        }
    }
}
