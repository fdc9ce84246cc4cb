//! What to do, as it is said on the command line.

use diagnostic::Action;

/// The words for an action.
pub(crate) fn spell(action: &Action) -> String {
    match action {
        Action::Import => "`banksphere import FILE.csv` loads a file".to_owned(),
        Action::Adopt => {
            "`banksphere adopt` says what their fields mean; `banksphere import FILE.csv` loads a file under a contract"
                .to_owned()
        }
        Action::ImportAgain => "`banksphere import FILE.csv` loads the file again".to_owned(),
        Action::NameTarget => "name another bank with `--to`".to_owned(),
        Action::NameBank => "`--bank NAME` names another bank, for other data".to_owned(),
        Action::ChooseDay => "`banksphere info` lists the days, `--as-of DAY` chooses one".to_owned(),
        Action::AllowMoreTime => {
            "allow it more with `--timeout`, or see with `banksphere indexes` whether an index helps".to_owned()
        }
        Action::RaiseTimeLimit => "allow it more with `--timeout`".to_owned(),
        Action::RaiseMemoryLimit => {
            "allow it more with `--memory-limit`, or have it hold less: filter before it gathers".to_owned()
        }
        Action::TryIndexesOneAtATime => "run one `banksphere indexes` at a time, and none during an import".to_owned(),
        Action::NameOneAnalysis => "name one, or ask with `--by`".to_owned(),
        Action::CheckBank => "`banksphere check` looks at every byte of the bank".to_owned(),
        Action::SetAside => {
            "`--set-aside FILE.csv` imports the other rows, and writes these with their reasons into a file".to_owned()
        }
        Action::AcceptRule(rule) => format!("`--accept {rule}` takes such rows; every answer will say so"),
        Action::Knowingly(column) => format!("`--knowingly {column}` reads it all the same"),
        Action::ListAll => "a larger limit lists more, and 0 lists all".to_owned(),
        Action::ListNames => "`banksphere catalog list` names the analyses, dimensions and measures".to_owned(),
        Action::ListFields => "`banksphere info` lists the fields, `banksphere catalog list` the dimensions".to_owned(),
        Action::WriteForSpreadsheet => "`--format spreadsheet` writes them so that they stay texts".to_owned(),
    }
}
