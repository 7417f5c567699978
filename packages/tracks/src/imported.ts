/** Boards of the tracks and boards that people's own networks opened: the one place where a board's id is resolved. */
import type { BoardDescription, ImportedBoard } from '@topiary/contracts';
import type { BoardSpec, Frozen, Track } from './_track.js';
import { BOARDS, boardOf, describeBoard, frozenBoards, trackById, versionOf } from './boards.js';
import { Classification } from './classification.js';
import { extrapolatedCost } from './cost.js';

/** Where imported boards are kept; the database's repository is one. */
export interface ImportedBoards {
  imported(): Promise<readonly ImportedBoard[]>;
}

/** What the data set of a new board must tell. */
interface BoardData {
  readonly id: string;
  readonly title: string;
  readonly augmentation: string;
  readonly input: readonly number[];
}

/** A board before its network was looked at: what it computes and how it is trained is not known yet. */
export const newBoard = (
  model: ImportedBoard['model'],
  { id, title, augmentation, input }: BoardData,
  track: string = Classification.id,
): ImportedBoard => ({
  id: `${trackById(track).id}.${model.id}.${id}`,
  track,
  model,
  dataset: { id, title, augmentation },
  input: [...input],
  optimizer: 'sgd',
  lacks: [],
  macs: 0,
  testExamples: 0,
});

/** From this many pixels on a side, pictures are trained in batches as on ImageNet. */
const LARGE = 128;

/**
 * The track's board whose trainings a new board takes over: same data set, else same size of pictures (ImageNet's or
 * the first board's); among those, one that trains with the network's optimizer.
 */
const modelFor = ({ boards }: Pick<Track, 'boards'>, { dataset, input, optimizer }: ImportedBoard): BoardSpec => {
  const on = (id: string) => boards.filter((spec) => spec.dataset.id === id);
  const [same, large] = [on(dataset.id), Math.min(...input.slice(1)) >= LARGE ? on('imagenet') : []];
  const kin = [same, large, boards].find((group) => group.length > 0)!;
  return kin.find(({ finetune }) => finetune.optimizer === optimizer) ?? kin[0]!;
};

const describe = (board: ImportedBoard, { protocol, boards }: Frozen): BoardDescription => {
  const track = trackById(board.track);
  const { targets, finetune, sparsify, estimates } = modelFor({ boards }, board);
  const { model, dataset, macs, testExamples, lacks } = board;
  const spec = {
    ...{ model, dataset, targets, finetune, sparsify },
    ...(estimates === undefined ? {} : { estimates }),
    cost: extrapolatedCost(macs, testExamples),
  };
  const versions = [...track.earlier.map((one) => one.protocol), track.protocol].map(versionOf);
  return { ...describeBoard(track, spec, protocol), versions, lacks };
};

/** What an imported board is to everybody else: a board like any other. */
export const describeImported = (board: ImportedBoard): BoardDescription => describe(board, trackById(board.track));

/** The same under the protocols that its track had: what was measured then stays readable. */
const frozenImported = (board: ImportedBoard): BoardDescription[] =>
  trackById(board.track).earlier.map((frozen) => describe(board, frozen));

/** The tracks' boards, then the imported ones in the order in which they were opened. */
export const allBoards = async (boards: ImportedBoards): Promise<BoardDescription[]> => [
  ...BOARDS,
  ...(await boards.imported()).map(describeImported),
];

/** The board of an id `<track>.<model>.<dataset>`, or of one version of it, `<id>@<version>`. */
export const resolveBoard = async (boards: ImportedBoards, id: string): Promise<BoardDescription> => {
  const imported = await boards.imported();
  const current = [...BOARDS, ...imported.map(describeImported)];
  const named = imported.filter((board) => board.id === id.split('@')[0]);
  return boardOf(id, current, [...frozenBoards(), ...named.flatMap(frozenImported)]);
};
