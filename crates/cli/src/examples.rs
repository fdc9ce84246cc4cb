//! Longer examples that end a command's help. Each is a line that works as it stands.

/// What ends the help of the topics.
pub(crate) const TOPIC_EXAMPLES: &str = "\
Examples:
  banksphere segment --bank my.sphere                          the topic's analyses, one after the other
  banksphere segment by_income --bank my.sphere                one analysis by name
  banksphere status --by age_band,gender --bank my.sphere      a question of your own
  banksphere health --by Card_Category --measures mean_utilization --where 'Customer_Age>=45' --bank my.sphere
  banksphere segment by_income --bank my.sphere --chart income.svg --format csv -o income.csv

`banksphere catalog list` names the analyses, dimensions and measures.
A filter is `Field=value`, also with != < <= > >=, `~` for a regular expression, `in a,b` and `not in a,b`; joined by `and`
and `or`, with `not` and parentheses: `not (card in Gold,Silver or age_band=60+)`; or any MongoDB $match in JSON.";

/// What ends the help of `info`.
pub(crate) const INFO_EXAMPLES: &str = "\
Examples:
  banksphere info --bank my.sphere
  banksphere info --bank my.sphere --as-of 2026-05-31
  banksphere info --bank mongodb://127.0.0.1:27017/bank";

/// What ends the help of `catalog`.
pub(crate) const CATALOG_EXAMPLES: &str = "\
Examples:
  banksphere catalog list
  banksphere catalog show attrition_rate
  banksphere catalog check --catalog my-catalog";

/// What ends the help of `catalog list`.
pub(crate) const CATALOG_LIST_EXAMPLES: &str = "\
Examples:
  banksphere catalog list
  banksphere catalog list --catalog my-catalog      what a folder of your own adds, too";

/// What ends the help of `catalog show`.
pub(crate) const CATALOG_SHOW_EXAMPLES: &str = "\
Examples:
  banksphere catalog show by_income             an analysis, with its pipeline
  banksphere catalog show age_band              a dimension
  banksphere catalog show attrition_rate        a measure";

/// What ends the help of `catalog check`.
pub(crate) const CATALOG_CHECK_EXAMPLES: &str = "\
Examples:
  banksphere catalog check --catalog my-catalog

The catalog's README tells what the files of such a folder may say.";

/// What ends the help of `notebook`.
pub(crate) const NOTEBOOK_EXAMPLES: &str = "\
Examples:
  banksphere notebook                                in the folder `notebooks`
  BANKSPHERE_DATA=data banksphere notebook           with the file data/BankChurners.csv
  BANKSPHERE_URI=mongodb://127.0.0.1:27017/bank banksphere notebook
  banksphere notebook analysis -- --no-browser       what stands after `--` goes to JupyterLab

  customer-behavior         a bank from end to end: its data, segments, closures, credit
  your-own-questions        from a question to a pipeline, a chart, and an analysis of your own
  from-pandas-and-pymongo   the same steps in pandas, seaborn, pymongo and here, with their times

A notebook that is in the folder already is left as it is. Without a file and a server they use
generated customers.
They need Python with BankSphere's package: `pip install '.[notebook]'` in the folder of its
source.";

/// What ends the help of `find`.
pub(crate) const FIND_EXAMPLES: &str = "\
Examples:
  banksphere find customers --limit 3 --bank my.sphere
  banksphere find customers '{Gender: \"F\", Customer_Age: {$gte: 60}}' --sort '{Customer_Age: -1}' --limit 5 --bank my.sphere
  banksphere find customers '{}' --projection '{_id: 0, Gender: 1, Card_Category: 1}' --format table --bank my.sphere
  banksphere find visits '{\"items.sum\": {$gt: 50}}' --projection '{\"items.$\": 1}' --bank my.sphere
  banksphere find customers '{Gender: \"F\"}' --show-pipeline --bank my.sphere

Filter, projection and sort are what MongoDB's `find` takes, in Extended JSON or as mongosh or Python write them.
One document a line comes out, in relaxed Extended JSON.";

/// What ends the help of `distinct`.
pub(crate) const DISTINCT_EXAMPLES: &str = "\
Examples:
  banksphere distinct customers Card_Category --bank my.sphere
  banksphere distinct customers Card_Category '{Gender: \"F\"}' --bank my.sphere
  banksphere distinct visits items.kind --bank my.sphere --format csv

One value a line comes out, in their order. What is missing is no value; null is one.";

/// What ends the help of `count`.
pub(crate) const COUNT_EXAMPLES: &str = "\
Examples:
  banksphere count customers --bank my.sphere
  banksphere count customers '{Gender: \"F\"}' --bank my.sphere
  banksphere count customers '{Customer_Age: {$gte: 60}}' --limit 100 --bank my.sphere      stops at 100";
