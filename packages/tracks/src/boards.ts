/** Every track and board, found by id; a board is derived from what its track declares. */
import type { BoardDescription, TrackDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { BoardSpec, Protocol, Track } from './_track.js';
import { Classification } from './classification.js';
import { runSeconds } from './cost.js';
import { Detection } from './detection.js';

const ALL: readonly Track[] = [Classification, Detection];

export const TRACKS: readonly TrackDescription[] = ALL.map(({ id, title, summary, stages, metrics }) => ({
  id,
  title,
  summary,
  stages: [...stages],
  metrics: [...metrics],
}));

/** A training in words; only what differs from nothing is said. */
const trainingLine = ({ finetune: t }: BoardSpec): string => {
  const rate = `lr ${t.lr} ${t.schedule}${t.warmup > 0 ? ` after ${t.warmup} steps of warm-up` : ''}`;
  const parts = [
    `${t.steps} steps of ${t.batch} by ${t.optimizer.toUpperCase()}`,
    rate,
    ...(t.optimizer === 'sgd' ? [`momentum ${t.momentum}`] : []),
    `weight decay ${t.weightDecay}`,
    ...(t.labelSmoothing > 0 ? [`label smoothing ${t.labelSmoothing}`] : []),
    ...(t.mixup > 0 ? [`mixup ${t.mixup}`] : []),
    ...(t.cutmix > 0 ? [`CutMix ${t.cutmix}`] : []),
    ...(t.clip > 0 ? [`clip ${t.clip}`] : []),
    ...(t.ema > 0 ? [`EMA ${t.ema}`] : []),
    ...(t.distillation === 'none' ? [] : [`${t.distillation} distillation`]),
  ];
  return parts.join(', ');
};

const augmentationLine = ({ augment }: Protocol): string => `crop ${augment.crop}${augment.flip ? ' and flip' : ''}`;

/** One line: data, budget, counter, version. */
const protocolLine = ({ protocol }: Track, spec: BoardSpec): string =>
  [
    spec.dataset.title,
    `${trainingLine(spec)}, ${spec.dataset.augmentation ?? augmentationLine(protocol)}`,
    `targets by the ${protocol.counter} MACs`,
    protocol.version,
  ].join(' · ');

const versionOf = ({ protocol }: Track): string => protocol.version.split('/')[1]!;

/** What a track declares of a board, with what follows from it. */
export const describeBoard = (track: Track, spec: BoardSpec): BoardDescription => ({
  id: `${track.id}.${spec.model.id}.${spec.dataset.id}`,
  version: versionOf(track),
  title: `${spec.model.title} on ${spec.dataset.title}`,
  track: track.id,
  model: spec.model.id,
  dataset: spec.dataset.id,
  targets: [...spec.targets],
  protocol: protocolLine(track, spec),
  finetune: { ...spec.finetune },
  sparsify: { ...spec.sparsify },
  estimateSeconds: Math.round(
    runSeconds(spec.cost, {
      finetune: spec.finetune,
      sparsify: null,
      speedup: 2,
      scored: 0,
    }),
  ),
});

interface Entry {
  readonly board: BoardDescription;
  readonly spec: BoardSpec;
}

const ENTRIES: readonly Entry[] = ALL.flatMap((track) =>
  track.boards.map((spec) => ({ spec, board: describeBoard(track, spec) })),
);

/** The tracks' own boards; more may have been imported (`allBoards`). */
export const BOARDS: readonly BoardDescription[] = ENTRIES.map(({ board }) => board);

/** The board of an id `<track>.<model>.<dataset>`, or of one version of it, `<id>@<version>`. */
export const boardOf = (id: string, boards: readonly BoardDescription[] = BOARDS): BoardDescription => {
  const [name = '', version] = id.split('@');
  const found = boards.find((board) => board.id === name);
  if (!found) {
    throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
      where: 'board',
      expected: `one of ${boards.map((board) => board.id).join(', ')}`,
      got: id,
    });
  }
  if (version !== undefined && version !== found.version) {
    throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
      where: `version of board ${name}`,
      expected: found.version,
      got: version,
    });
  }
  return found;
};

/** What the board's track declares. */
export const trackOf = (board: Pick<BoardDescription, 'track'>): TrackDescription =>
  TRACKS.find(({ id }) => id === board.track)!;

export const trackById = (id: string): Track => ALL.find((track) => track.id === id)!;

/** The protocol that runs on the board follow. */
export const protocolOf = (board: Pick<BoardDescription, 'track'>): Protocol => trackById(board.track).protocol;

/** What a track declares of one of its own boards. */
export const specOf = ({ id }: Pick<BoardDescription, 'id'>): BoardSpec =>
  ENTRIES.find(({ board }) => board === boardOf(id))!.spec;

/** Why this version can run nothing on the board, whatever data are here; null: it can. */
export const cannotRun = (board: Pick<BoardDescription, 'track'>): string | null => trackById(board.track).cannot;
