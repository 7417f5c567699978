/**
 * FIXTURES: made-up answers in the API's shapes, for looking at the site while developing it. Never served by the product. One
 * long file, since it is data that refers to itself: a run's submission, a row's runs.
 */
import type { Board, Row, Run, Submission } from '@topiary/contracts';
import { boardOf } from '@topiary/tracks/catalogue';
import { tracks } from './web-fixture-catalogue.js';

export { methods, tracks } from './web-fixture-catalogue.js';

const now = Date.now();
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

const BASE = { top1: 90.42, params: 272_474, macs: 9_812_000 };
const targets = [2, 4, 8].map((value) => ({ axis: 'macs' as const, value, label: `${value}x` }));

const { finetune: TRAINING, prune: PRUNE } = boardOf('classification.resnet-tiny.shapes32');

const board = (id: string, title: string, rest: Partial<Board>): Board => {
  const [track = '', model = '', dataset = ''] = id.split('.');
  return {
    id,
    frozen: false,
    versions: ['1'],
    version: '1',
    title,
    track,
    model,
    dataset,
    targets,
    protocol: `${dataset}, 400 fine-tuning steps of batch 128, protocol 1.`,
    finetune: TRAINING,
    sparsify: TRAINING,
    prune: PRUNE,
    estimateSeconds: 24,
    state: 'open',
    reason: null,
    base: {
      metrics: [{ id: 'top1', value: BASE.top1, n: 4096 }],
      params: BASE.params,
      macs: { pure: 9_601_000, published: BASE.macs },
    },
    methods: 0,
    best: [],
    lastActivity: null,
    ...rest,
  };
};

/** criterion, target, mean, half interval, rank, tier, above random, share of parameters left. */
const TABLE = [
  ['taylor', 2, 88.94, 0.41, 1, 1, 3.21, 0.44],
  ['magnitude-l2', 2, 88.71, 0.36, 1, 1, 2.98, 0.47],
  ['bn-scale', 2, 88.02, 0.52, 3, 2, 2.29, 0.41],
  ['magnitude-l1', 2, 87.83, 0.48, 4, 2, 2.1, 0.49],
  ['half-width', 2, 86.12, 0.9, 5, 3, 0.39, 0.5],
  ['random', 2, 85.73, 0.72, 6, 3, 0, 0.51],
  ['taylor', 4, 84.61, 0.62, 1, 1, 6.0, 0.19],
  ['magnitude-l2', 4, 83.2, 0.71, 2, 2, 4.6, 0.21],
  ['magnitude-l1', 4, 82.94, 0.8, 3, 2, 4.34, 0.23],
  ['random', 4, 78.6, 1.4, 4, 3, 0, 0.25],
  ['taylor', 8, 76.4, 1.1, 1, 1, 9.3, 0.08],
  ['random', 8, 67.1, 2.3, 2, 2, 0, 0.12],
] as const;

const PEOPLE = [
  { id: 'person-ada', name: 'Ada Lovelace' },
  { id: 'person-emmy', name: 'Emmy Noether' },
];

const rowOf = ([criterion, x, value, half, rank, tier, above, share]: (typeof TABLE)[number], i: number): Row => {
  const seeds = i % 4 === 3 ? [0] : [0, 1, 2];
  const macs = BASE.macs / (x * (1 + (i % 5) * 0.005));
  const procedure = criterion === 'half-width';
  return {
    id: `row-${i}`,
    rank,
    tier,
    place: null,
    control: null,
    aliases: [],
    provenances: [],
    reproduced: i === 1 ? 1 : 0,
    contradicted: 0,
    byWidths: null,
    widthShare: null,
    ranking: `${x}x`,
    provenance: i === 2 ? 'shipped' : 'measured',
    division: 'closed',
    submission: `sub-${i % 5}`,
    submitter: i === 2 ? null : PEOPLE[i % PEOPLE.length]!,
    openDisputes: i === 1 ? 1 : 0,
    label: procedure ? 'half-width' : `${criterion} · ${i === 3 ? 'local' : 'global'}`,
    recipe: procedure ? { procedure: criterion } : { criterion, scope: 'global' },
    target: targets.find((target) => target.value === x)!,
    achieved: BASE.macs / macs,
    flags: [],
    base: null,
    metrics: [
      {
        id: 'top1',
        phase: 'finetuned',
        value,
        low: value - half,
        high: value + half,
        std: half / 2,
        bootstrap: null,
        n: seeds.length,
      },
    ],
    aboveRandom: { value: above, low: above - half * 1.3, high: above + half * 1.3 },
    params: { base: BASE.params, left: Math.round(BASE.params * share) },
    costs: {},
    macs: { pure: { base: 9_601_000, left: macs * 0.97 }, published: { base: BASE.macs, left: macs } },
    latency:
      i === 2
        ? null
        : {
            p50Ms: 1.42 / x ** 0.7 + i * 0.004,
            p99Ms: 2.1,
            baseP50Ms: 1.42,
            batch: 1,
            machine: 'b41c',
            isSteady: true,
          },
    machine: 'b41c',
    seeds,
    splitHash: '9f2c1a',
    seconds: 19 + i * 3.4,
    stepSeconds: 0.3,
    epochSeconds: null,
    source: null,
    note: null,
    at: ago(600 + i * 5400),
  };
};

const reported: Row = {
  ...rowOf(TABLE[3], 3),
  id: 'row-reported',
  provenance: 'reported',
  ranking: '2x reported',
  source: { title: 'A paper (Somebody et al. 2024)', url: 'https://arxiv.org', table: 'Table 3', year: 2024 },
  submission: null,
  submitter: null,
  openDisputes: 0,
  label: 'FPGM · global',
  recipe: { criterion: 'fpgm' },
  rank: 1,
  tier: null,
  latency: null,
  aboveRandom: null,
  seeds: [],
  seconds: null,
  at: null,
  machine: '',
  metrics: [
    { id: 'top1', phase: 'finetuned', value: 88.3, low: null, high: null, std: null, bootstrap: null, n: null },
  ],
};

export const rows: Row[] = [...TABLE.map(rowOf), reported];

export const boards: Board[] = [
  board('classification.resnet-tiny.shapes32', 'Tiny ResNet on shapes32', {
    methods: 6,
    best: [
      { target: '2x', value: 88.94, label: 'taylor · global', provenance: 'measured' },
      { target: '4x', value: 84.61, label: 'taylor · global', provenance: 'measured' },
      { target: '8x', value: 76.4, label: 'taylor · global', provenance: 'measured' },
    ],
    lastActivity: ago(240),
  }),
  board('classification.resnet20.cifar10', 'ResNet-20 on CIFAR-10', {
    state: 'reported-only',
    reason: 'The data set cifar10 is not on this machine, and its base model has not been imported.',
    base: null,
  }),
  board('classification.resnet56.cifar10', 'ResNet-56 on CIFAR-10', {
    methods: 2,
    base: {
      metrics: [{ id: 'top1', value: 92.72, n: 1017 }],
      params: 853_018,
      macs: { pure: 125_485_696, published: 127e6 },
    },
    best: [{ target: '2x', value: 91.5, label: 'magnitude-l2 · global', provenance: 'measured' }],
    lastActivity: ago(86_400 * 3),
  }),
];

const stages = tracks[0]!.stages;

export const result = (value: number): NonNullable<Run['result']> => ({
  achieved: 2.014,
  counter: 'published',
  flags: [],
  metrics: [
    { id: 'top1', phase: 'base', value: 90.42, n: 4096 },
    { id: 'top1', phase: 'pruned', value: 41.3, n: 4096 },
    { id: 'top1', phase: 'finetuned', value, n: 4096 },
    { id: 'loss', phase: 'base', value: 0.312, n: 4096 },
    { id: 'loss', phase: 'pruned', value: 2.94, n: 4096 },
    { id: 'loss', phase: 'finetuned', value: 0.377, n: 4096 },
  ],
  params: { base: BASE.params, left: 121_004 },
  macs: { pure: { base: 9_601_000, left: 4_720_000 }, published: { base: BASE.macs, left: 4_871_000 } },
  latency: { p50Ms: 0.914, p99Ms: 1.31, baseP50Ms: 1.42, baseP99Ms: 1.98, batch: 1, samples: 400 },
  peakMemoryBytes: 84e6,
  seconds: { prepare: 1.1, prune: 0.4, finetune: 17.9, evaluate: 2.2, measure: 3.1, publish: 0.2 },
  stepSeconds: 0.3,
  epochSeconds: null,
  widths: Array.from({ length: 13 }, (_, i) => ({
    layer: i === 0 ? 'conv1' : `layer${Math.ceil(i / 4)}.${((i - 1) >> 1) % 2}.conv${((i - 1) % 2) + 1}`,
    axis: 0,
    before: 16 * 2 ** Math.floor(i / 5),
    after: Math.round(16 * 2 ** Math.floor(i / 5) * (0.35 + 0.05 * ((i * 7) % 11))),
  })),
  artefacts: (['model', 'kept', 'curve', 'log', 'correct'] as const).map((kind, i) => ({
    kind,
    sha256: `${i}a7f30c2be`.repeat(7).slice(0, 64),
    bytes: 10 ** (6 - i) * 0.49,
    mediaType: 'application/octet-stream',
  })),
  machine: {
    fingerprint: 'b41c',
    cpu: 'AMD EPYC 9354',
    cores: 2,
    memoryBytes: 24e9,
    os: 'Linux 6.1',
    node: '20.20.2',
    onnxruntime: '1.30.0',
    provider: 'cpu',
    threads: 2,
  },
  recipeHash: '4be1c09d77aa'.repeat(5),
  protocol: 'classification@1',
  codeVersion: '0.1.0',
  splitHash: '9f2c1a0b33de'.repeat(5),
});

const run = (submission: string, seed: number, state: Run['state'], value: number): Run => ({
  id: `${submission}-run-${seed}`,
  submission,
  board: boards[0]!.id,
  state,
  target: targets[0]!,
  seed,
  attempt: 1,
  stages: stages.map((stage, i) => ({
    ...stage,
    state: state === 'done' ? (i === 1 ? 'skipped' : 'done') : state === 'failed' && i === 2 ? 'failed' : 'waiting',
    seconds: state === 'done' && i !== 1 ? [1.1, 0, 0.4, 17.9, 2.2, 3.1, 0.2][i]! : null,
    progress: null,
  })),
  problem:
    state === 'failed'
      ? {
          type: '/docs/errors#TOPIARY_PRUNING_IMPOSSIBLE_TARGET',
          title: 'The target cannot be reached',
          status: 422,
          code: 'TOPIARY_PRUNING_IMPOSSIBLE_TARGET',
          detail: 'The target cannot be reached: 8x on resnet-tiny; expected at most 6.3x with protection 0.3; got 8x',
          where: '8x on resnet-tiny',
          expected: 'at most 6.3x with protection 0.3',
          got: '8x',
        }
      : null,
  result: state === 'done' ? result(value) : null,
  createdAt: ago(300),
  startedAt: ago(280),
  finishedAt: state === 'done' ? ago(240) : null,
});

const submission = (
  i: number,
  criterion: string,
  state: Submission['state'],
  seeds: number[],
  value = 88,
): Submission => ({
  id: `sub-${i}`,
  kind: 'recipe',
  board: boards[0]!.id,
  title: i === 1 ? 'Baseline for the group meeting' : '',
  label: `${criterion} · global`,
  recipe: { criterion, regularizer: null, procedure: null, scope: 'global', params: {}, prune: {}, finetune: {} },
  targets: [targets[0]!],
  seeds,
  state,
  progress: state === 'running' ? 0.43 : state === 'queued' ? 0 : 1,
  submitter: { id: 'person-ada', name: 'Ada Lovelace' },
  withdrawn: false,
  withdrawnReason: null,
  private: false,
  publishedAt: null,
  openDisputes: 0,
  createdAt: ago(300 + i * 4000),
  finishedAt: state === 'queued' || state === 'running' ? null : ago(240),
  runCounts: { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0, [state]: seeds.length },
  outcomes:
    state === 'done'
      ? [{ target: targets[0]!.label, runs: seeds.length, metrics: [{ id: 'top1', phase: 'finetuned', value }] }]
      : [],
  runs: seeds.map((seed) => run(`sub-${i}`, seed, state, value + seed * 0.3)),
});

export const submissions: Submission[] = [
  submission(6, 'bn-scale', 'queued', [0]),
  submission(5, 'taylor', 'running', [0]),
  submission(0, 'taylor', 'done', [0, 1, 2], 88.94),
  submission(1, 'magnitude-l2', 'done', [0, 1, 2], 88.71),
  submission(2, 'bn-scale', 'done', [0, 1, 2], 88.02),
  submission(3, 'magnitude-l1', 'done', [0], 87.83),
  submission(4, 'random', 'done', [0, 1, 2], 85.73),
  submission(7, 'taylor', 'failed', [0]),
  submission(8, 'magnitude-l1', 'cancelled', [0]),
];

export const status = {
  version: '0.1.0',
  checks: [
    { id: 'queue', state: 'ok', detail: '1 running, the longest wait is 2 min' },
    { id: 'workers', state: 'ok', detail: '1 connected' },
    { id: 'backup', state: 'warn', detail: 'none was made yet' },
  ],
  queue: { waiting: 1, active: 1 },
  workers: [
    {
      id: 'worker-1',
      device: 'cpu',
      provider: 'cpu',
      cores: 2,
      threads: 2,
      memoryBytes: 8e9,
      machine: 'AMD EPYC 9354, 2 cores',
      busy: true,
      lastSeen: ago(3),
    },
  ],
  runs: { today: 14, total: 22 },
  uptimeSeconds: 9240,
};
