//! Longer examples that end a command's help. Each is a line that works as it stands.

/// What ends the help of the topics.
pub(crate) const TOPIC_EXAMPLES: &str = "\
Examples:
  banksphere segment --bank my.sphere                          the topic's analyses, one after the other
  banksphere segment by_income --bank my.sphere                one analysis by name
  banksphere status --by age_band,gender --bank my.sphere      a question of your own
  banksphere health --by Card_Category --measures mean_utilization --where 'Customer_Age>=45' --bank my.sphere
  banksphere health --by income --measures median:Credit_Limit,p90:spend --where gender=women --bank my.sphere
  banksphere segment by_income --open-row 2 --sort -Total_Trans_Amt --limit 5 --bank my.sphere
  banksphere segment by_income --bank my.sphere --chart income.svg --format csv -o income.csv

`banksphere catalog list` names the analyses, dimensions and measures. A measure may also be a statistic of a number:
`median:Total_Trans_Amt`, `p90:spend`, `quartiles:`, `mean:`, `sd:`, `min:`, `max:`, `sum:`, and `distinct:` of anything.
A filter is `Field=value`, also with != < <= > >=, `~` for a regular expression, `in a,b`, `not in a,b` and `between a and b`,
or in words: `age over 45`, `limit at most 10k`, `card is not Gold`, `income is missing`;
or a category by its own words (`closed`, `women`, `'Gold'`), where these mean one thing alone;
joined by `and` and `or`, with `not` and parentheses: `not (card in Gold,Silver or age_band=60+)`; ranges are written
`30 <= Customer_Age < 40`, amounts `$5,000`, `10k` or `25%`, categories in any case or as `women` and `closed`. Or it is
any MongoDB $match in JSON. Names of roles, such as `spend` or `age`, mean their columns. `--open-row N` lists the customers
behind a row of a table; `--chart -` draws below it.

“Highest among A, which cannot be told from B and C” means: A has the highest value in these data, but the differences are so
small for so few customers that B or C may truly have it. With a probability of 95 % it is one of the groups that are named.";

/// What ends the help of `list`.
pub(crate) const LIST_EXAMPLES: &str = "\
Examples:
  banksphere list --where status=closed --sort -Total_Trans_Amt --limit 10 --bank my.sphere
  banksphere list --where 'Customer_Age between 30 and 40' --where 'Credit_Limit > $10k' --columns age_band,income --bank my.sphere
  banksphere list --limit 0 --format csv -o customers.csv --bank my.sphere      all customers
  banksphere status closures_by_products --open-row 1 --bank my.sphere          the customers behind a row of a table

Columns and what is sorted by are fields, dimensions such as `age_band`, or roles such as `spend`; names of persons are
not listed. `find` gives whole documents by a MongoDB filter.";

/// What ends the help of `compare`.
pub(crate) const COMPARE_EXAMPLES: &str = "\
Examples:
  banksphere compare Gender=F Gender=M --bank my.sphere
  banksphere compare 'Card_Category in Gold,Platinum' --bank my.sphere             beside all other customers
  banksphere compare status=closed status=open --where 'Customer_Age>=45' --bank my.sphere
  banksphere compare Gender=F Gender=M --measures mean_limit,median:Credit_Limit --format csv --bank my.sphere

Without a second filter the other side is all customers for whom the first does not hold, those of unknown answers among them.
Rates are tested by the z-test of two proportions, means by Welch's t-test, adjusted for their number. Segments that
share customers are refused.";

/// What ends the help of `describe`.
pub(crate) const DESCRIBE_EXAMPLES: &str = "\
Examples:
  banksphere describe --bank my.sphere
  banksphere describe --where status=closed --bank my.sphere
  banksphere describe Credit_Limit --chart - --bank my.sphere
  banksphere describe --format csv -o columns.csv --bank my.sphere

A quartile is the smallest value that at least a quarter, half or three quarters do not exceed. `quality` says what is to
be doubted.";

/// What ends the help of `info`.
pub(crate) const INFO_EXAMPLES: &str = "\
Examples:
  banksphere info --bank my.sphere
  banksphere info --bank my.sphere -o fields.csv
  banksphere info --bank my.sphere --as-of 2026-05-31
  banksphere info --bank mongodb://127.0.0.1:27017/bank";

/// What ends the help of `catalog`.
pub(crate) const CATALOG_EXAMPLES: &str = "\
Examples:
  banksphere catalog list
  banksphere catalog show closure_rate
  banksphere catalog check --catalog my-catalog";

/// What ends the help of `catalog list`.
pub(crate) const CATALOG_LIST_EXAMPLES: &str = "\
Examples:
  banksphere catalog list
  banksphere catalog list --catalog my-catalog      what a folder of your own adds, too
  banksphere catalog list -o names.csv              as a table";

/// What ends the help of `catalog show`.
pub(crate) const CATALOG_SHOW_EXAMPLES: &str = "\
Examples:
  banksphere catalog show by_income             an analysis, with its pipeline
  banksphere catalog show age_band              a dimension
  banksphere catalog show closure_rate        a measure";

/// What ends the help of `catalog check`.
pub(crate) const CATALOG_CHECK_EXAMPLES: &str = "\
Examples:
  banksphere catalog check --catalog my-catalog

The catalog's README tells what the files of such a folder may say.";

/// What ends the help of `notebook`.
pub(crate) const NOTEBOOK_EXAMPLES: &str = "\
Examples:
  banksphere notebook                                in the folder `notebooks`
  banksphere notebook customers.csv                  opens a notebook that begins with this file
  banksphere notebook my.sphere analysis             or with this bank, in the folder `analysis`
  BANKSPHERE_DATA=data banksphere notebook           with the file data/BankChurners.csv
  BANKSPHERE_URI=mongodb://127.0.0.1:27017/bank banksphere notebook
  banksphere notebook analysis -- --no-browser       what stands after `--` goes to JupyterLab

  a-bank-of-your-own        any file of customers or bank, from its data to its report
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

/// What ends the help of `why`.
pub(crate) const WHY_EXAMPLES: &str = "\
Examples:
  banksphere why --bank my.sphere
  banksphere why --bank my.sphere -o model.json
  banksphere why --bank mongodb://127.0.0.1:27017/bank -o model.json
  banksphere why --bank my.sphere --repeats 1          quicker, with less sure evidence
  banksphere why --model model.json --bank my.sphere --format html > why.html      what a file of models says
  banksphere why why_segments --model model.json --bank my.sphere                  one of the answers
  banksphere why --clusters --bank my.sphere           whether customers fall into groups; trains nothing

The models are kept with a bank in a folder, and its report shows them.
Models are trained for up to four views: with all columns, without those that were measured while accounts closed, from who
the customers are, and from the first part of the year. Each says what it can foresee. What a view is worth is measured on
customers that its model did not learn from. The same customers give the same file.";

/// What ends the help of `score`.
pub(crate) const SCORE_EXAMPLES: &str = "\
Examples:
  banksphere score --model model.json --bank my.sphere -o scores.csv
  banksphere score --model model.json --reasons --bank my.sphere -o scores.xlsx      why each scores so, in words
  banksphere score --model model.json --view early --bank my.sphere --format table
  banksphere score --model model.json --into scores --bank mongodb://127.0.0.1:27017/bank
  banksphere score --model model.json --bank my.sphere --show-pipeline

A score is a pipeline: its log-odds are a sum of steps, the same to the last bit in a folder and on a server. Customers with
a category that the model has not seen are refused, unless `--unseen missing` says otherwise.";

/// What ends the help of `budget`.
pub(crate) const BUDGET_EXAMPLES: &str = "\
Examples:
  banksphere budget --write-assumptions costs.toml
  banksphere budget --model model.json --assumptions costs.toml --bank my.sphere -o list.csv
  banksphere budget --model model.json --assumptions costs.toml --budget 10000 --bank my.sphere
  banksphere budget --model model.json --bank my.sphere --chart sensitivity.svg --curve profit.svg

Only open customers are on the list. That a call keeps anyone is an assumption until a campaign has measured it:
`banksphere campaign`. docs/WHY.md tells how to read the list.";

/// What ends the help of `scorecard`.
pub(crate) const SCORECARD_EXAMPLES: &str = "\
Examples:
  banksphere scorecard --bank my.sphere
  banksphere scorecard --view who --bank my.sphere -o scorecard.xlsx
  banksphere scorecard --bank my.sphere --show-pipeline      gives each customer's points

Numbers are cut into at most ten bins. It tells less than the models of `why`, and can be added up on paper.";

/// What ends the help of `campaign`.
pub(crate) const CAMPAIGN_EXAMPLES: &str = "\
Examples:
  banksphere campaign design --rate 0.2 --effect 0.05
  banksphere campaign assign --list list.csv --hold-out 10% --seed 7 -o assigned.csv
  banksphere campaign evaluate --assigned assigned.csv --bank my.sphere";

/// What ends the help of `campaign design`.
pub(crate) const DESIGN_EXAMPLES: &str = "\
Examples:
  banksphere campaign design --rate 0.2 --effect 0.05                       0.20 falls to 0.15
  banksphere campaign design --rate 0.2 --effect 0.05 --customers 4000      as few as it takes of a list of 4,000";

/// What ends the help of `campaign assign`.
pub(crate) const ASSIGN_EXAMPLES: &str = "\
Examples:
  banksphere campaign assign --list list.csv --hold-out 500 --seed 7 -o assigned.csv
  banksphere campaign assign --list list.csv --hold-out 10% --seed 7 -o assigned.csv

Keep the file: it is what the campaign is evaluated by.";

/// What ends the help of `campaign evaluate`.
pub(crate) const EVALUATE_EXAMPLES: &str = "\
Examples:
  banksphere campaign evaluate --assigned assigned.csv --outcome later.csv
  banksphere campaign evaluate --assigned assigned.csv --outcome later.csv --closed status=left
  banksphere campaign evaluate --assigned assigned.csv --bank my.sphere --as-of 2026-12-31

Rates are compared by the z-test of two proportions (Fisher's where few closed) and Newcombe's interval.";

/// What ends the help of `report`.
pub(crate) const REPORT_EXAMPLES: &str = "\
Examples:
  banksphere report --bank my.sphere -o report.html
  banksphere report --bank my.sphere -o report.pdf     as pages, to be printed or sent
  banksphere report --bank my.sphere -o report.xlsx    all of its tables";
