//! Which group is the largest; where a rate stands beside it, how it differs too.

use catalog::Unit;

use super::{Said, rates};
use crate::groups::Groups;
use crate::statistics::SMALL;
use crate::statistics::rate::wilson;
use crate::{Fact, Figure, Largest, Nothing};

/// The sentence.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let all = groups.customers();
    // Of equal ones the first.
    let largest = groups.known().reduce(|best, row| if row.customers > best.customers { row } else { best });
    let Some(largest) = largest else {
        return Said::nothing(Nothing::NoneKnown);
    };
    let is_profile = groups.analysis.top.is_some();
    // A profile may be of few customers, for its share stands with its interval; but not of one, nor one of several.
    if largest.customers < if is_profile { 2.0 } else { SMALL } {
        return Said::nothing(Nothing::NoneRanked);
    }
    let is_tied = groups.known().filter(|row| row.customers >= largest.customers).count() > 1;
    if is_profile && is_tied {
        return Said::nothing(Nothing::TiedProfiles);
    }
    let kind = match groups.rows.iter().any(|row| !row.is_known) {
        _ if is_profile => Largest::Profile,
        true => Largest::KnownGroup,
        false => Largest::Group,
    };
    let figure = Figure {
        rows: vec![largest.at],
        group: groups.name(largest),
        value: largest.customers / all,
        unit: Unit::Share,
        interval: wilson(largest.customers, all),
        middle_half: None,
        customers: Some(largest.customers),
    };
    if largest.customers == all {
        return Said::fact(Fact::Largest { figure, all, kind: Largest::All });
    }
    let fact = if is_tied { Fact::Nothing(Nothing::TiedGroups) } else { Fact::Largest { figure, all, kind } };
    match rates::say(groups) {
        Some(mut said) if !is_profile && groups.ranked().count() > 1 => {
            said.facts.insert(0, fact);
            said
        }
        _ => Said::fact(fact),
    }
}
