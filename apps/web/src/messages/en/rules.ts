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
    'A number is a mean over seeds with a 95 % interval, and is never written with more digits than the interval allows. One seed says little: submit three.',
  'rules.rank': 'Ranks and tiers',
  'rules.rank.text':
    'Ranks follow the metric. Rows that cannot be told apart are put into one tier and shaded together; within a tier, an order is chance. Reported rows are ranked among themselves, because nobody here has checked them.',
  'rules.random': 'The random bar',
  'rules.random.text':
    'Random pruning with the same fine-tuning is surprisingly good. So every row says how far above random it is at the same target. A method whose interval reaches zero there has not shown that it works.',
  'rules.latency': 'Latency',
  'rules.latency.text':
    'Latency is the median over many passes on one thread after a warm-up, with the base model timed in turn. The base is the control: where its time moves by more than 5 %, the measurement is taken again, three times at most, and a row whose machine never became calm says so. Milliseconds are compared only between rows of one machine.',
  'rules.split': 'Test data',
  'rules.split.text':
    'The test split is named by a hash, and only rows with the same hash share a ranking. Which test examples a model got right stays private, so that nobody can tune to them.',
  'rules.trust': 'Trust',
  'rules.trust.text':
    'Each row links to its submission: recipe, seeds, machine, versions, the pruned network as ONNX and the kept channels of every layer. Whoever doubts a number can run it again.',
  'rules.provenance': 'Where numbers come from',
} as const;
