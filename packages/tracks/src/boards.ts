/** Every track and board, found by id; a board is derived from what its track declares. */
import type { BoardDescription, TrackDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { BoardSpec, Protocol, Track } from './_track.js';
import { Classification } from './classification.js';
import { runSeconds } from './cost.js';

const ALL: readonly Track[] = [Classification];

export const TRACKS: readonly TrackDescription[] = ALL.map(({ id, title, summary, stages, metrics }) => ({
  id,
  title,
  summary,
  stages: [...stages],
  metrics: [...metrics],
}));

/** One line: data, budget, counter, version. */
const protocolLine = ({ protocol }: Track, { dataset, finetune }: BoardSpec): string =>
  [
    dataset.title,
    `${finetune.steps} steps of ${finetune.batch} by ${finetune.optimizer.toUpperCase()}, lr ${finetune.lr} ${finetune.schedule}, ` +
      `momentum ${finetune.momentum}, weight decay ${finetune.weightDecay}, crop ${protocol.augment.crop}${protocol.augment.flip ? ' and flip' : ''}`,
    `targets by the ${protocol.counter} MACs`,
    protocol.version,
  ].join(' · ');

const versionOf = ({ protocol }: Track): string => protocol.version.split('/')[1]!;

interface Entry {
  readonly board: BoardDescription;
  readonly spec: BoardSpec;
  readonly track: Track;
}

const entryOf = (track: Track, spec: BoardSpec): Entry => ({
  track,
  spec,
  board: {
    id: `${track.id}.${spec.model.id}.${spec.dataset.id}`,
    version: versionOf(track),
    title: `${spec.model.title} on ${spec.dataset.title}`,
    track: track.id,
    model: spec.model.id,
    dataset: spec.dataset.id,
    targets: [...spec.targets],
    protocol: protocolLine(track, spec),
    finetuneSteps: spec.finetune.steps,
    estimateSeconds: Math.round(
      runSeconds(spec.cost, { steps: spec.finetune.steps, batch: 128, speedup: 2, scored: 0 }),
    ),
  },
});

const ENTRIES = new Map(
  ALL.flatMap((track) => track.boards.map((spec) => entryOf(track, spec))).map((entry) => [entry.board.id, entry]),
);

export const BOARDS: readonly BoardDescription[] = [...ENTRIES.values()].map(({ board }) => board);

const entry = (id: string): Entry => {
  const [name = '', version] = id.split('@');
  const found = ENTRIES.get(name);
  if (!found) {
    throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
      where: 'board',
      expected: `one of ${[...ENTRIES.keys()].join(', ')}`,
      got: id,
    });
  }
  if (version !== undefined && version !== found.board.version) {
    throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
      where: `version of board ${name}`,
      expected: found.board.version,
      got: version,
    });
  }
  return found;
};

/** The board of an id `<track>.<model>.<dataset>`, or of one version of it, `<id>@<version>`. */
export const boardOf = (id: string): BoardDescription => entry(id).board;

/** What the board's track declares. */
export const trackOf = (board: Pick<BoardDescription, 'track'>): TrackDescription =>
  TRACKS.find(({ id }) => id === board.track)!;

/** The protocol that runs on the board follow. */
export const protocolOf = (board: Pick<BoardDescription, 'id'>): Protocol => entry(board.id).track.protocol;

/** What the board sets where a recipe is silent, and what it may cost. */
export const specOf = (board: Pick<BoardDescription, 'id'>): BoardSpec => entry(board.id).spec;
