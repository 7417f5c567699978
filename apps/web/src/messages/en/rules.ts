/** The rules of the benchmark in words. */
export const rules = {
  'rules.title': 'Rules',
  'rules.lede': 'What is measured, how rows are ranked, and what a reader may conclude from a difference.',
  'rules.protocol': 'One protocol per board',
  'rules.protocol.text':
    'A board is a track, a model and a data set. Every measured row on it starts from the same base weights, sees the same training data, and is evaluated on the same test split by the same code. A change of protocol makes a new version of the board; the old one stays readable under its version.',
  'rules.target': 'What a speed-up means',
  'rules.target.text':
    '2x means that the base model takes twice the multiply-accumulates (MACs) of the pruned one. Two counts are kept. The pure count takes convolutions, linear layers and attention products; the published count is the one that the literature’s tables use. Classification targets use the published count. A run may end up to 3 % beyond its target; farther than that it is flagged.',
  'rules.budget': 'Same budget',
  'rules.budget.text':
    'Each board gives a number of fine-tuning steps. A recipe may ask for another budget, and the row then shows its recipe; compare rows with the same budget. The cost column tells what a method took, since an accuracy that needs ten times the training is another kind of result.',
  'rules.interval': 'Intervals',
  'rules.interval.text':
    'A number is a mean over seeds with a 95 % interval: where it would lie with other seeds and other test examples. How far seeds differ is learnt from the project’s own rows of the ranking, so two seeds that happen to agree make no row certain. It is never written with more digits than the interval allows. One seed says little: submit three.',
  'rules.rank': 'Places',
  'rules.rank.text':
    'A place says what the tests leave open: 2–9 means that one row is better beyond chance, and that all others but the last eight are not worse beyond it. Every pair of the project’s own rows is tested, corrected for the number of pairs (Holm); a submission is tested against them, and moves no place but its own. Ranked seeds are 0, 1, 2, …: nobody chooses. Every row of a ranking is cut by one solver. Reported rows are ranked among themselves, because nobody here has checked them.',
  'rules.random': 'The random bar',
  'rules.random.text':
    'Random pruning with the same training is surprisingly good. So every row says how far above random it is at the same target, and how much of that its widths bring alone: the same widths, channels by chance. A method whose interval reaches zero has not shown that it works. Random gets up to twelve seeds; where its interval is still wider than three points to each side (of a metric without a worst value, 15 % of the way from the base to random), the target tells no method apart, and nothing is ranked there.',
  'rules.latency': 'Latency',
  'rules.latency.text':
    'Latency is the median over many passes on one thread after a warm-up, with the base model timed in turn. The base is the control: where its time moves by more than 5 %, the measurement is taken again, three times at most, and a row whose machine never became calm says so. Milliseconds are compared only between rows of one machine.',
  'rules.split': 'Test data',
  'rules.split.text':
    'The test split is named by a hash, and only rows with the same hash share a ranking. Which test examples a model got right stays private, so that nobody can tune to them. Data sets that are drawn from a seed have a hidden split on a server with TEST_SPLIT_SECRET: its board says so, and recipes that were run on both splits show how many ranks they fall. Published data sets have none: their test files are in everybody’s hands.',
  'rules.trust': 'Trust',
  'rules.trust.text':
    'Each row links to its submission: recipe, seeds, machine, versions, the pruned network as ONNX and the kept channels of every layer. Whoever doubts a number can run it again: a row is reproduced ×2 when somebody else has run its recipe on the seeds that follow its own (3, 4, … after 0, 1, 2) and their mean lies where 95 % of second runs lie; elsewhere it is contradicted, and the row’s own seeds, or chosen ones, count for neither.',
  'rules.pruningbench': 'How this differs from PruningBench',
  'rules.pruningbench.text':
    'Methods and grouping are those of PruningBench; steps, budgets, some targets and some formulas are not. Each board says its own differences in a fold below its table, each method on its page.',
  'rules.pruningbench.all': 'All differences, one by one',
  'rules.pruningbench.table': 'The same in the documents',
  'rules.provenance': 'Where numbers come from',
} as const;
