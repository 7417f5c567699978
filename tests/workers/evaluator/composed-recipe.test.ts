/** One recipe of several steps, as the worker runs it: fewer blocks, then reuse between steps, then components side by side. */
import { availableParallelism } from 'node:os';
import type { Result } from '@topiary/contracts';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { assertPipeline, graphOf, type Pipeline, readManifest } from '@topiary/pipeline';
import type { Storage } from '@topiary/storage';
import { taskOf } from '@topiary/tasks';
import { boardOf, fillSteps, stagesOf } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { withContext } from '../../../scripts/experiments/context.js';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { runRecipe } from '../../../workers/evaluator/src/recipe-run.js';
import { Reporter } from '../../../workers/evaluator/src/reporter.js';
import { narrowDenoiser } from '../../helpers/denoiser-task.js';
import { runContext } from '../../helpers/procedure.js';
import { sampled } from '../../packages/methods/asyncdiff/split.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const STEPS = 6;
const finetune = { steps: 2, batch: 8, warmup: 0 };

const TINYFUSION = { procedure: 'tinyfusion', criterion: null, params: { procedure: { steps: 2 } }, finetune };
const CACHE = {
  procedure: 'learning-to-cache',
  criterion: null,
  params: { procedure: { steps: 2, threshold: 0.5 } },
  finetune: { ...finetune, steps: 0 },
};
const SPLIT = {
  procedure: 'asyncdiff',
  criterion: null,
  params: { procedure: { components: 2, 'warm-up': 2 } },
  finetune: { ...finetune, steps: 0 },
};

/** What is left on the longest lane of a recipe, in shares of the base, with everything that it published. */
const run = async (
  steps: readonly (typeof TINYFUSION | typeof CACHE | typeof SPLIT)[],
  look: (result: Result, storage: Storage) => Promise<void> = async () => undefined,
): Promise<number> => {
  const recipes = fillSteps(BOARD, steps as never);
  let share = Number.NaN;
  const given = { board: BOARD.id, recipe: steps[0] as never, target: 'free', seed: 0, threads: 1 };
  const model = encode(standard(graphOf(narrowDenoiser())));
  const rest = { model, normalisation: { steps: STEPS }, codeVersion: 'test' };
  await withContext({ ...given, ...rest }, async (context) => {
    const stages = stagesOf(BOARD, recipes).map((stage) => ({
      ...stage,
      ...{ state: 'waiting' as const, seconds: null, progress: null },
    }));
    const { protocol, job } = context;
    const small = {
      ...context,
      protocol: {
        ...protocol,
        options: { ...protocol.options, samples: 40, compared: 10, bank: 20 },
        latency: { batch: 1, warmupMs: 1, samples: 3 },
      },
      job: { ...job, measureLatency: steps.length > 1, run: { ...job.run, target: null } },
      report: new Reporter(stages, {}, () => undefined),
    };
    const { result } = await runRecipe(small as never, recipes);
    const { base, left } = result.costs!['critical-macs']!;
    share = left / base;
    await look(result, context.storage);
  });
  return share;
};

describe('prune, then cache, then split', () => {
  it('runs to its end, costs less on the longest lane than each step alone, and publishes a pipeline that draws', async () => {
    const alone = [await run([TINYFUSION]), await run([CACHE]), await run([SPLIT])];
    let read: Pipeline | null = null;
    const together = await run([TINYFUSION, CACHE, SPLIT], async (result, storage) => {
      expect(result.metrics.filter(({ phase }) => phase === 'finetuned').length).toBeGreaterThan(0);
      if (availableParallelism() >= 2) expect(result.latency!.p50Ms).toBeGreaterThan(0);
      expect(result.flags).not.toContain('collapsed');
      expect(Object.keys(result.seconds)).toEqual(expect.arrayContaining(['1-search', '2-router', '3-split']));
      expect(result.artefacts.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['schedule', 'gates', 'samples']),
      );
      const manifest = result.artefacts.find(({ kind }) => kind === 'pipeline')!;
      const { parts, schedule } = readManifest(await storage.read(manifest.sha256))!;
      const files = await Promise.all(
        Object.entries(parts).map(async ([part, sha256]) => [part, await storage.read(sha256)] as const),
      );
      const request = { files: new Map(files), schedule, dataset: BOARD.dataset, dataDir: '' };
      read = await taskOf('diffusion').read(request);
    });
    expect(together).toBeLessThan(Math.min(...alone));
    assertPipeline(read!);
    const { pictures } = await sampled(read!, STEPS, ownCompute(runContext()));
    expect(pictures.every((value) => value >= -1 && value <= 1)).toBe(true);
  });
});
