/** A run of a pipeline of three parts as the worker makes it, from its files to its result: nothing in the worker knows the task. */
import { createHash } from 'node:crypto';
import type { RecipeInput, Result } from '@topiary/contracts';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { readManifest, writeManifest } from '@topiary/pipeline';
import { describe, expect, it } from 'vitest';
import { withContext } from '../../../scripts/experiments/context.js';
import { recipeRun } from '../../../workers/evaluator/src/recipe-run.js';
import { narrowPipeline } from '../../helpers/segmenter.js';

const { parts, schedule } = narrowPipeline();
const files = [...parts].map(([part, { graph }]) => [part, encode(standard(graph))] as const);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const shas = Object.fromEntries(files.map(([part, bytes]) => [part, hashOf(bytes)]));

interface Ran {
  readonly result: Result;
  /** sha256 by part of what was published. */
  readonly published: Readonly<Record<string, string>>;
}

const run = (recipe: RecipeInput, target: string): Promise<Ran> =>
  withContext(
    {
      board: 'segmentation.sam-tiny.scenes64',
      recipe: { ...recipe, prune: { steps: 1, batches: 1 }, finetune: { steps: 20 } },
      ...{ target, seed: 0, threads: 1, codeVersion: 'test', normalisation: {} },
      model: writeManifest(shas, schedule),
      parts: files.map(([, bytes]) => bytes),
    },
    async (context) => {
      const { result } = await recipeRun(context);
      const manifest = result.artefacts.find(({ kind }) => kind === 'pipeline')!;
      return { result, published: readManifest(await context.storage.read(manifest.sha256))!.parts };
    },
  );

const metric = ({ metrics }: Result, id: string, phase: string): number =>
  metrics.find((one) => one.id === id && one.phase === phase)!.value;

describe('a run on a segmenter', () => {
  it.each([
    ['a criterion', { criterion: 'magnitude-l2' }],
    ['SlimSAM', { procedure: 'slimsam' }],
  ] as const)('by %s reaches its target on the encoder and leaves the other parts byte for byte', async (_, recipe) => {
    const { result, published } = await run(recipe, '2x');
    expect(result.achieved).toBeGreaterThanOrEqual(2);
    expect(result.flags).toEqual([]);
    expect([published['prompts'], published['decoder']]).toEqual([shas['prompts'], shas['decoder']]);
    expect(published['encoder']).not.toBe(shas['encoder']);
    expect(Object.keys(result.costs!).sort()).toEqual(['macs', 'params', 'total-macs', 'total-params']);
    const { 'total-macs': total, macs } = result.costs!;
    // what is kept costs as much before as after
    expect(total!.base - macs!.base).toBeCloseTo(total!.left - macs!.left, 6);
    for (const phase of ['base', 'pruned', 'finetuned'])
      for (const id of ['miou-point', 'miou-box', 'retention', 'embedding-error'])
        expect(Number.isFinite(metric(result, id, phase)), `${id} ${phase}`).toBe(true);
    expect([metric(result, 'retention', 'base'), metric(result, 'embedding-error', 'base')]).toEqual([100, 0]);
    expect(metric(result, 'embedding-error', 'finetuned')).toBeGreaterThan(0);
    expect(result.widths.length).toBeGreaterThan(5);
    expect(result.artefacts.map(({ kind }) => kind)).toContain('answers');
  });
});
