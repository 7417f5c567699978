/**
 * How what runs here differs from PruningBench and the code that it ran, as one table: differences of the protocol, then
 * those of methods, each with the methods that it concerns. Methods say their own in their descriptions.
 */
import type { BoardDescription, Deviation, Difference, MethodDescription } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';
import { BOARDS, trackById } from './boards.js';

type Compared = Pick<BoardDescription, 'track' | 'finetune' | 'sparsify' | 'prune'>;

/** What the planner and the stages around it do in another way, whatever the board. */
const ALWAYS: readonly Deviation[] = [
  {
    id: 'last-channel',
    from: 'Torch-Pruning',
    what: 'A group that would lose all its channels in one step is passed over and keeps all of them. Here its best channel stays.',
    why: 'The rule would keep most where the criterion wants to keep least.',
  },
  {
    id: 'protection',
    from: 'PruningBench',
    what: 'Whether a layer is protected is looked at before a step, so that one step may cut below the limit. Here no layer falls below it.',
    why: 'The limit is what the protocol promises.',
  },
  {
    id: 'ties',
    from: 'Torch-Pruning',
    what: 'All channels with the score at the threshold leave together. Here as many leave as are needed, in the order of the network.',
    why: 'The target is met by as little as possible.',
  },
  {
    id: 'last-epoch',
    from: 'PruningBench',
    what: 'The best epoch on the test set is reported. Here it is the network after the last step.',
    why: 'A choice by the test set is a measurement of its own luck.',
  },
  {
    id: 'held-out',
    from: 'PruningBench',
    what: 'Sparse training goes on from its best epoch on the test set. Here the epoch is chosen by training examples that are held out.',
    why: 'The test split decides nothing.',
  },
  {
    id: 'own-bases',
    from: 'PruningBench',
    what: 'Networks are trained elsewhere. Here each board has a base network of its own, and rows compare by what they lose from it.',
    why: 'Some published weights cannot be told from others of the same name.',
  },
];

/** What boards have that something runs on here: `4`, or `1 to 20`. */
const span = (numberOf: (board: BoardDescription) => number, boards = BOARDS): string => {
  const values = boards.filter(({ track }) => trackById(track).cannot === null).map(numberOf);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
};

const estimated = (prune: BoardDescription['prune'] | undefined): string => {
  if (prune === undefined)
    return `all criteria are estimated as often as the board says, ${span((board) => board.prune.steps)} times`;
  if (prune.solve === null)
    return `some criteria are estimated ${prune.steps} times and others once, each as it declares`;
  if (prune.steps === 1) return 'all criteria are estimated once';
  return `all criteria are estimated ${prune.steps} times, spread evenly over as many steps as the first estimate says it will take`;
};

const solver = (board: Compared | undefined): Deviation => ({
  id: 'solver',
  from: 'PruningBench',
  what: `Every criterion is estimated anew at each of 400 steps. Here ${estimated(board?.prune)}.`,
  why: 'Statistics over data cost most of the time of a run, and more estimates change little, or harm.',
});

const inWords = ({ steps, batch, optimizer, lr, schedule }: BoardDescription['finetune']): string =>
  `${steps} steps of ${batch} examples (${{ sgd: 'SGD', adamw: 'AdamW' }[optimizer]}, learning rate ${lr}, ${schedule})`;

/** Without a board what all boards of the track have in common. Nothing where PruningBench trains nothing of the kind. */
const training = (track: string, board: Compared | undefined): Deviation[] => {
  const { published } = trackById(track);
  const own = BOARDS.filter((one) => one.track === track);
  const here = board
    ? `fine-tuning takes ${inWords(board.finetune)}, and sparse training ${inWords(board.sparsify)}`
    : `each takes as many steps as the board says, ${span(({ finetune }) => finetune.steps, own)}`;
  const why = 'A row is measured in minutes on two cores; all rows of a board have the same budget.';
  return published === undefined
    ? []
    : [{ id: 'training', from: 'PruningBench', what: `${published.training} Here ${here}.`, why }];
};

const COMPARED = ['classification', 'detection'] as const;

/** The protocol's alone; with a board, as it is there. A board on which nothing can run has none. */
export const protocolDifferences = (board?: Compared): Deviation[] => {
  if (board && trackById(board.track).cannot !== null) return [];
  const tracks = board ? [board.track] : COMPARED;
  return [solver(board), ...tracks.flatMap((track) => training(track, board)), ...ALWAYS];
};

/** The whole table: each difference once, those of the protocol first. */
export const differences = (board?: Compared, methods: readonly MethodDescription[] = METHODS): Difference[] => {
  const rows = new Map<string, Difference>();
  for (const deviation of protocolDifferences(board)) rows.set(keyOf(deviation), { ...deviation, methods: [] });
  for (const { kind, id, title, deviations = [] } of methods) {
    for (const deviation of deviations) {
      const known = rows.get(keyOf(deviation)) ?? { ...deviation, methods: [] };
      rows.set(keyOf(deviation), { ...known, methods: [...known.methods, { kind, id, title }] });
    }
  }
  return [...rows.values()];
};

const keyOf = ({ id, from, what }: Deviation): string => `${from}/${id}/${what}`;
