/** Every track and board, found by id; a board is derived from what its track declares. */
import type { BoardDescription, TrackDescription } from '@topiary/contracts';
import { didYouMean, TopiaryError } from '@topiary/errors';
import type { BoardSpec, Protocol, Track } from './_track.js';
import { Classification } from './classification.js';
import { runSeconds } from './cost.js';
import { Detection } from './detection.js';
import { Diffusion } from './diffusion.js';
import { Generation } from './generation.js';
import { Segmentation } from './segmentation.js';

const ALL: Track[] = [Classification, Detection, Diffusion, Generation, Segmentation];

const described = (track: Track): TrackDescription => ({
  id: track.id,
  title: track.title,
  summary: track.summary,
  stages: [...track.stages],
  metrics: [...track.metrics],
  phases: [...track.phases],
  axes: [...track.axes],
  targetAxis: track.targetAxis,
  controls: [...track.controls],
  apart: [...track.apart],
  showcase: track.showcase,
});

const descriptions: TrackDescription[] = ALL.map(described);
export const TRACKS: readonly TrackDescription[] = descriptions;

const OPTIMIZER = { sgd: 'SGD', adamw: 'AdamW' } as const;

/** A training in words; only what differs from nothing is said. */
const trainingLine = ({ finetune: t }: BoardSpec): string => {
  const rate = `lr ${t.lr} ${t.schedule}${t.warmup > 0 ? ` after ${t.warmup} steps of warm-up` : ''}`;
  const parts = [
    `${t.steps} steps of ${t.batch} by ${OPTIMIZER[t.optimizer]}`,
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

const solverLine = ({ prune }: Protocol, { estimates = prune.steps }: BoardSpec): string[] =>
  prune.solve === 'first-crossing'
    ? [`every criterion estimated ${estimates === 1 ? 'once' : `${estimates} times`}`]
    : [];

/** One line: data, budget, solver, counter, version. */
const protocolLine = (protocol: Protocol, spec: BoardSpec): string =>
  [
    spec.dataset.title,
    `${trainingLine(spec)}, ${spec.dataset.augmentation ?? protocol.augmentation}`,
    ...solverLine(protocol, spec),
    `targets by the ${protocol.counter} MACs`,
    protocol.version,
  ].join(' · ');

export const versionOf = ({ version }: Protocol): string => version.split('/')[1]!;

const idOf = (track: Track, spec: BoardSpec): string => `${track.id}.${spec.model.id}.${spec.dataset.id}`;

/** In which versions of a track's protocol a board exists, the current one last; it may have been given up. */
const versionsOf = (track: Track, spec: BoardSpec, protocol: Protocol): string[] => [
  ...track.earlier
    .filter(({ boards }) => boards.some((board) => idOf(track, board) === idOf(track, spec)))
    .map(({ protocol }) => versionOf(protocol)),
  ...(protocol === track.protocol || track.boards.some((board) => idOf(track, board) === idOf(track, spec))
    ? [versionOf(track.protocol)]
    : []),
];

/** What a track declares of a board, with what follows from it; `protocol`: an earlier one, which is frozen. */
export const describeBoard = (
  track: Track,
  spec: BoardSpec,
  protocol: Protocol = track.protocol,
): BoardDescription => ({
  id: idOf(track, spec),
  version: versionOf(protocol),
  frozen: protocol !== track.protocol,
  versions: versionsOf(track, spec, protocol),
  title: `${spec.model.title} on ${spec.dataset.title}`,
  track: track.id,
  model: spec.model.id,
  dataset: spec.dataset.id,
  targets: [...spec.targets],
  ...(spec.targetsBecause === undefined ? {} : { targetsBecause: spec.targetsBecause }),
  protocol: protocolLine(protocol, spec),
  finetune: { ...spec.finetune },
  sparsify: { ...spec.sparsify },
  prune: { ...protocol.prune, steps: spec.estimates ?? protocol.prune.steps },
  ...(spec.scope === undefined ? {} : { scope: spec.scope }),
  estimateSeconds: Math.round(
    runSeconds(spec.cost, {
      finetune: spec.finetune,
      sparsify: null,
      speedup: 2,
      scored: 0,
    }),
  ),
});

export interface Entry {
  readonly board: BoardDescription;
  readonly spec: BoardSpec;
}

/** The boards of a track under its current protocol, and under those that it had. */
export const boardsOf = (track: Track): { readonly current: readonly Entry[]; readonly frozen: readonly Entry[] } => ({
  current: track.boards.map((spec) => ({ spec, board: describeBoard(track, spec) })),
  frozen: track.earlier.flatMap(({ protocol, boards }) =>
    boards.map((spec) => ({ spec, board: describeBoard(track, spec, protocol) })),
  ),
});

const ENTRIES: Entry[] = ALL.flatMap((track) => boardsOf(track).current);

/** Boards of earlier protocols: readable for ever, under `<id>@<version>`. */
const FROZEN: Entry[] = ALL.flatMap((track) => boardsOf(track).frozen);

/** The tracks' own boards; more may have been imported (`allBoards`). */
const currentBoards: BoardDescription[] = ENTRIES.map(({ board }) => board);
export const BOARDS: readonly BoardDescription[] = currentBoards;

/** Adds a track of an installation's own. */
export const addTrack = (track: Track): void => {
  const { current, frozen } = boardsOf(track);
  ALL.push(track);
  descriptions.push(described(track));
  ENTRIES.push(...current);
  FROZEN.push(...frozen);
  currentBoards.push(...current.map(({ board }) => board));
};

/** Boards of the tracks under the protocols that these had. */
export const frozenBoards = (): readonly BoardDescription[] => FROZEN.map(({ board }) => board);

/** The board of an id `<track>.<model>.<dataset>`, or of one version of it, `<id>@<version>`. */
export const boardOf = (
  id: string,
  boards: readonly BoardDescription[] = BOARDS,
  earlier: readonly BoardDescription[] = frozenBoards(),
): BoardDescription => {
  const [name = '', ...rest] = id.split('@');
  const version = rest.length === 0 ? undefined : rest.join('@');
  const versions = earlier.filter((board) => board.id === name);
  const found = boards.find((board) => board.id === name) ?? versions.at(-1);
  if (!found || (found.frozen && version === undefined)) {
    throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
      where: 'board',
      expected: `one of the ${boards.length} boards of GET /api/v1/boards${didYouMean(
        id,
        boards.map((board) => board.id),
      )}`,
      got: id,
    });
  }
  if (version === undefined || version === found.version) return found;
  const frozen = versions.find((board) => board.version === version);
  if (frozen) return frozen;
  throw new TopiaryError('TOPIARY_TRACKS_UNKNOWN_BOARD', {
    where: `version of board ${name}`,
    expected: `one of ${found.versions.join(', ')}`,
    got: version,
  });
};

/** The address of a board: its id, and of a frozen one the version, too. */
export const addressOf = ({ id, version, frozen }: Pick<BoardDescription, 'id' | 'version' | 'frozen'>): string =>
  frozen ? `${id}@${version}` : id;

/** What the board's track declares. */
export const trackOf = (board: Pick<BoardDescription, 'track'>): TrackDescription =>
  TRACKS.find(({ id }) => id === board.track)!;

export const trackById = (id: string): Track => ALL.find((track) => track.id === id)!;

const protocols = ({ protocol, earlier }: Track): readonly Protocol[] => [...earlier.map((e) => e.protocol), protocol];

/** The protocol that runs on the board follow. */
export const protocolOf = ({ track, version }: Pick<BoardDescription, 'track' | 'version'>): Protocol =>
  protocols(trackById(track)).find((protocol) => versionOf(protocol) === version)!;

/** Tells of protocols whether runs under them count on a board: a frozen one keeps its own, the current one has all others. */
export const countedOn = (
  board: Pick<BoardDescription, 'track' | 'version' | 'frozen'>,
): ((protocol: string) => boolean) => {
  const own = protocolOf(board).version;
  const earlier = new Set(trackById(board.track).earlier.map(({ protocol }) => protocol.version));
  return (protocol) => (board.frozen ? protocol === own : !earlier.has(protocol));
};

/** What a track declares of one of its own boards; null: somebody's network opened it. */
export const specOf = ({ id, version }: Pick<BoardDescription, 'id' | 'version'>): BoardSpec | null =>
  [...ENTRIES, ...FROZEN].find(({ board }) => board.id === id && board.version === version)?.spec ?? null;

/** Why this version can run nothing on the board, whatever data are here; null: it can. */
export const cannotRun = (board: Pick<BoardDescription, 'track'>): string | null => trackById(board.track).cannot;
