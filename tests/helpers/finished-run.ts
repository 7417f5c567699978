/** Takes a queued run through the database to its end, as a worker would, with the numbers given. */
import type { Result } from '@topiary/contracts';
import type { Database } from '@topiary/db';

export const SPLIT = 'a'.repeat(64);

export const resultWith = (top1: number, overrides: Partial<Result> = {}): Result => ({
  achieved: 2.01,
  counter: 'published',
  flags: [],
  metrics: [
    { id: 'top1', phase: 'base', value: 90, n: 4000 },
    { id: 'top1', phase: 'pruned', value: top1 - 20, n: 4000 },
    { id: 'top1', phase: 'finetuned', value: top1, n: 4000 },
  ],
  params: { base: 1000, left: 480 },
  macs: { pure: { base: 10_000, left: 4_900 }, published: { base: 10_100, left: 5_000 } },
  latency: { p50Ms: 1, p99Ms: 2, baseP50Ms: 1.9, baseP99Ms: 3, batch: 1, samples: 100 },
  peakMemoryBytes: 1e8,
  seconds: { prune: 1, finetune: 10 },
  stepSeconds: 1,
  epochSeconds: null,
  widths: [{ layer: 'conv1', axis: 0, before: 16, after: 8 }],
  artefacts: [],
  machine: {
    fingerprint: 'm1',
    cpu: 'x',
    cores: 2,
    memoryBytes: 1e9,
    os: 'linux',
    node: '20',
    onnxruntime: '1',
    provider: 'cpu',
    threads: 2,
  },
  recipeHash: 'r',
  protocol: '1',
  codeVersion: 'test',
  splitHash: SPLIT,
  ...overrides,
});

export const finishRun = async (db: Database, run: string, result: Result): Promise<void> => {
  const claimed = await db.runs.claim({ run, attempt: 1 }, { worker: 'test', leaseSeconds: 30 });
  if (!claimed) throw new Error(`run ${run} could not be claimed`);
  await db.runs.appendEvents(claimed, [{ sequence: 1, event: { type: 'log', level: 'info', text: 'hello' } }]);
  if (!(await db.runs.finish(claimed, result))) throw new Error(`run ${run} could not be finished`);
};
