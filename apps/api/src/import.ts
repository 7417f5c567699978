/** Checks an import before anything is queued: the data are here, the facts fit them, the board is there or its name is free. */
import type { ImportedBoard, ImportFacts } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import { addressOf, allBoards, cannotRun, newBoard, resolveBoard, TRACKS } from '@topiary/tracks/catalogue';
import { classOrder, type Dataset, datasetNamed } from '@topiary/zoo/catalogue';
import type { ApiContext } from './context.js';

/** Largest share of memory that one run of the boards here needs; later tracks declare their own. */
export const CAPABILITY = { device: 'cpu', memoryBytes: 2 * 2 ** 30 } as const;

const STAGES = [
  { id: 'prepare', title: 'Read and check the file' },
  { id: 'rehearse', title: 'Prune it and take a training step' },
  { id: 'evaluate', title: 'Evaluate on the test split' },
  { id: 'publish', title: 'Open the board' },
];

const checkData = async ({ dataDir }: ApiContext, dataset: Dataset, facts: ImportFacts): Promise<void> => {
  const { present, reason } = await dataset.state(dataDir);
  if (!present) {
    throw new TopiaryError('TOPIARY_ZOO_DATA_MISSING', {
      where: `data set ${dataset.id}`,
      expected: 'its files on this server',
      got: reason ?? 'none',
    });
  }
  const [channels] = dataset.input;
  for (const field of ['mean', 'std'] as const) {
    const given = facts[field]?.length;
    if (given === undefined || given === channels) continue;
    const expected = `${channels} numbers, one per channel`;
    throw new TopiaryError('TOPIARY_API_VALIDATION', { where: field, expected, got: `${given}` });
  }
  classOrder(await dataset.classesIn(dataDir), facts.classes);
};

/** The track of a board of its own; the first where none is named. */
const trackOfImport = ({ track }: ImportFacts): string => {
  const known = TRACKS.map(({ id }) => id);
  if (track === undefined) return known[0]!;
  if (known.includes(track)) return track;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'track',
    expected: `one of ${known.join(', ')}`,
    got: track,
  });
};

/** The board that a network opens, whose name must be free; it may have been taken back, but not be in use. */
const openedBoard = async ({ db }: ApiContext, facts: ImportFacts, dataset: Dataset): Promise<ImportedBoard> => {
  const board = newBoard({ id: facts.name!, title: facts.title || facts.name! }, dataset, trackOfImport(facts));
  const isTaken = (await allBoards(db.boards)).some(({ id }) => id === board.id);
  if (isTaken || (await db.baseModels.list(board.id)).length > 0) {
    throw new TopiaryError('TOPIARY_API_CONFLICT', {
      where: board.id,
      expected: 'the name of a new board',
      got: 'one that there is',
      cure: 'Choose another name, or pass the board to give it another base model',
    });
  }
  return board;
};

/** What is to be queued, once the file and with it its sha256 is there. */
export const planImport = async (
  context: ApiContext,
  facts: ImportFacts,
  createdBy: string,
): Promise<(model: string) => NewSubmission> => {
  const known = facts.board === undefined ? null : await resolveBoard(context.db.boards, facts.board);
  const track = known?.track ?? trackOfImport(facts);
  const got = known?.frozen ? `version ${known.version}, which is frozen` : cannotRun({ track });
  if (got !== null) {
    const where = known ? addressOf(known) : `track ${track}`;
    throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', { where, expected: 'an open board', got });
  }
  const dataset = datasetNamed(known?.dataset ?? facts.dataset!);
  await checkData(context, dataset, facts);
  const opens = known ? null : await openedBoard(context, facts, dataset);
  const board = known?.id ?? opens!.id;
  const { mean, std, classes } = facts;
  const told = facts.settings === undefined ? { mean, std, classes } : { settings: facts.settings };
  return (model) => ({
    kind: 'import',
    board,
    title: `import for ${board}`,
    label: 'import',
    division: 'closed',
    recipe: { model, ...told, opens },
    recipeHash: model,
    targets: [],
    seeds: [0],
    stages: STAGES,
    capability: { ...CAPABILITY, device: facts.device },
    createdBy,
    files: [model],
  });
};
