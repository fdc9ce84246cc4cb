//! What to do about a mistake: words, or an action that a front spells for its users.

use std::fmt;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Words that are right in every front.
    Text(String),
    /// Something that the program can do.
    Action(Action),
}

/// Something that the program can do, whatever it is called in a front. Its own words name no command and no method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Load a file of customers into the bank.
    Import,
    /// Say by a contract what the fields of a collection mean that another program loaded.
    Adopt,
    /// Load a file of customers again, in place of what is there.
    ImportAgain,
    /// Name another bank to write to.
    NameTarget,
    /// Import other data into a bank of its own.
    NameBank,
    /// Choose one of the bank's days.
    ChooseDay,
    /// Allow a pipeline more time, or look whether an index helps it.
    AllowMoreTime,
    /// Allow a pipeline more time.
    RaiseTimeLimit,
    /// Allow a pipeline more memory.
    RaiseMemoryLimit,
    /// Try indexes for one set of pipelines at a time.
    TryIndexesOneAtATime,
    /// Name one analysis, or ask a question of one's own.
    NameOneAnalysis,
    /// Check every byte of the bank.
    CheckBank,
    /// Import the rows that keep the contract, and write the others with their reasons into a file.
    SetAside,
    /// Take rows that break the rule of this name, which every answer will tell.
    AcceptRule(String),
    /// Name a column of this name that names persons, so that pipelines read it.
    Knowingly(String),
    /// List more customers, or all.
    ListAll,
    /// Look at the names that can be asked for.
    ListNames,
    /// Look at the fields of the collections.
    ListFields,
    /// Write a table so that a spreadsheet takes no text of it for a formula.
    WriteForSpreadsheet,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Import => "import a file into it",
            Self::Adopt => "adopt the collection under a contract, or import a file of customers",
            Self::ImportAgain => "import the file again",
            Self::NameTarget => "name another bank to write to",
            Self::NameBank => "import other data into another bank",
            Self::ChooseDay => "choose one of the days of the bank",
            Self::AllowMoreTime => "allow it more time, or see whether an index helps",
            Self::RaiseTimeLimit => "allow it more time",
            Self::RaiseMemoryLimit => "allow it more memory, or have it hold less: filter first",
            Self::TryIndexesOneAtATime => "try indexes one set at a time, and none during an import",
            Self::NameOneAnalysis => "name one analysis, or group by dimensions of your own",
            Self::CheckBank => "check the whole bank",
            Self::SetAside => "set the rows with faults aside and import the others",
            Self::AcceptRule(rule) => return write!(f, "accept rows that break the rule `{rule}`"),
            Self::Knowingly(column) => return write!(f, "name `{column}` knowingly to read it all the same"),
            Self::ListAll => "a larger limit lists more, and 0 lists all",
            Self::ListNames => "see the catalog for the analyses, dimensions and measures",
            Self::ListFields => "see the fields of the bank's collections, and the dimensions of the catalog",
            Self::WriteForSpreadsheet => "write it for a spreadsheet, which keeps them texts",
        })
    }
}
