/** Submissions, results and problems for the tests of the database. */
import type { Problem, Result } from '@topiary/contracts';
import { parseTarget } from '@topiary/contracts';
import type { NewBaseModel, NewSubmission } from '@topiary/db';

export const hash = (digit: string): string => digit.repeat(64);

export const submission = (over: Partial<NewSubmission> = {}): NewSubmission => ({
  kind: 'recipe',
  board: 'classification.resnet-tiny.shapes32',
  title: 'a title',
  label: 'magnitude-l2 · global',
  division: 'closed',
  recipe: { criterion: 'magnitude-l2', params: { criterion: {} } },
  recipeHash: hash('0'),
  targets: [parseTarget('2x')],
  seeds: [0],
  stages: [
    { id: 'prune', title: 'Prune' },
    { id: 'finetune', title: 'Fine-tune' },
  ],
  capability: { device: 'cpu', memoryBytes: 2 ** 30 },
  createdBy: null,
  ...over,
});

export const result = (over: Partial<Result> = {}): Result => ({
  achieved: 2.01,
  counter: 'published',
  flags: [],
  metrics: [{ id: 'top1', phase: 'finetuned', value: 88.5, n: 4000 }],
  params: { base: 853_018, left: 400_000 },
  macs: { pure: { base: 125_485_696, left: 60_000_000 }, published: { base: 127_000_000, left: 61_000_000 } },
  latency: null,
  peakMemoryBytes: 3e9,
  seconds: { prune: 1.5, finetune: 20 },
  stepSeconds: 1.5,
  epochSeconds: null,
  widths: [{ layer: 'conv1', axis: 0, before: 16, after: 8 }],
  artefacts: [
    { kind: 'model', sha256: hash('a'), bytes: 1234, mediaType: 'application/onnx' },
    { kind: 'correct', sha256: hash('b'), bytes: 500, mediaType: 'application/octet-stream' },
  ],
  machine: {
    fingerprint: 'm-1',
    cpu: 'a cpu',
    cores: 2,
    memoryBytes: 8e9,
    os: 'linux',
    node: '20',
    onnxruntime: '1.30.0',
    provider: 'cpu',
    threads: 2,
  },
  recipeHash: hash('0'),
  protocol: '1',
  codeVersion: '0.1.0',
  splitHash: hash('c'),
  ...over,
});

export const problem: Problem = {
  type: '/docs/errors#TOPIARY_WORKER_CRASHED',
  title: 'The process that computed the run died',
  status: 500,
  code: 'TOPIARY_WORKER_CRASHED',
  detail: 'it died',
};

export const baseModel = (over: Partial<NewBaseModel> = {}): NewBaseModel => ({
  board: 'classification.resnet20.cifar10',
  sha256: hash('d'),
  bytes: 1_000_000,
  settings: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  metrics: [{ id: 'top1', value: 91.64, n: 1017 }],
  params: 269_722,
  macs: { pure: 40_551_424, published: 41_000_000 },
  splitHash: hash('e'),
  provenance: 'measured',
  ...over,
});

export const claim = { worker: 'w-1', leaseSeconds: 60 };
