/**
 * How what runs here differs from PruningBench and the code that it ran, as one table: differences of the protocol, then
 * those of methods, each with the methods that it concerns. Methods say their own in their descriptions.
 */
import type { BoardDescription, Deviation, MethodDescription } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';

export interface Difference extends Deviation {
  /** Empty: it is one of the protocol, and concerns every row. */
  readonly methods: readonly Pick<MethodDescription, 'kind' | 'id' | 'title'>[];
}

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

const estimates = (steps: number | undefined): string => {
  if (steps === undefined) return 'as often as the board says, once to 20 times';
  return steps === 1
    ? 'once'
    : `${steps} times, spread evenly over as many steps as the first estimate says it will take`;
};

const solver = (prune: BoardDescription['prune'] | undefined): Deviation => ({
  id: 'solver',
  from: 'PruningBench',
  what: `Every criterion is estimated anew at each of 400 steps. Here all criteria are estimated ${estimates(prune?.steps)}.`,
  why: 'Statistics over data cost most of the time of a run, and more estimates change little, or harm.',
});

const training = ({ finetune, sparsify }: Pick<BoardDescription, 'finetune' | 'sparsify'>): Deviation => {
  const words = ({ steps, batch, lr, schedule }: BoardDescription['finetune']) =>
    `${steps} steps of ${batch} examples, learning rate ${lr}, ${schedule}`;
  return {
    id: 'training',
    from: 'PruningBench',
    what: `Fine-tuning takes 100 epochs on CIFAR and 90 on ImageNet, and the learning rate is divided by ten twice; sparse training takes as long. Here fine-tuning takes ${words(finetune)}, and sparse training ${words(sparsify)}.`,
    why: 'A row is measured in minutes on two cores; all rows have the same budget.',
  };
};

/** The protocol's alone; with a board, its training, too. */
export const protocolDifferences = (board?: Pick<BoardDescription, 'finetune' | 'sparsify' | 'prune'>): Deviation[] => [
  solver(board?.prune),
  ...(board ? [training(board)] : []),
  ...ALWAYS,
];

/** The whole table: each difference once, those of the protocol first. */
export const differences = (
  board?: Pick<BoardDescription, 'finetune' | 'sparsify' | 'prune'>,
  methods: readonly MethodDescription[] = METHODS,
): Difference[] => {
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
