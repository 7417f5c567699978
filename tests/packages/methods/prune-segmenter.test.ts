/** A segmenter under the suite: every criterion that its loss allows cuts its encoder, and prompts and decoder stay. */
import { parseTarget } from '@topiary/contracts';
import { lacksOf, procedureOf, prune } from '@topiary/methods';
import { METHODS } from '@topiary/methods/catalogue';
import { assertPipeline, merge, type Pipeline, partOf, pipelineCosts } from '@topiary/pipeline';
import { findGroups } from '@topiary/pruning';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { procedureFor, runContext } from '../../helpers/procedure.js';
import { computeHere, narrowPipeline, segmentationTask } from '../../helpers/segmenter.js';

const BOARD = boardOf('segmentation.sam-tiny.scenes64');
const base = narrowPipeline();
const task = segmentationTask(base);

const lacks = lacksOf(merge(base));
const CRITERIA = METHODS.filter(
  ({ kind, requires }) => kind === 'criterion' && !requires.some((trait) => lacks.includes(trait)),
).map(({ id }) => id);

/** Only the encoder changed, and what is left says masks. */
const checkCut = async (pipeline: Pipeline): Promise<void> => {
  assertPipeline(pipeline);
  for (const part of ['prompts', 'decoder']) expect(partOf(pipeline, part).graph).toBe(partOf(base, part).graph);
  const { values } = await task.evaluate(pipeline, 'test', computeHere, { examples: 2 });
  expect(Object.values(values).every(Number.isFinite)).toBe(true);
};

describe('a segmenter', () => {
  it('offers the width of its tokens, the channels and hidden units of every block, and the neck', () => {
    const { groups, fixed } = findGroups(merge(base));
    expect(groups.map(({ id, channels }) => [id, channels])).toEqual([
      ['image_encoder.patch_embed.proj', 24],
      // of queries and keys, with the tables of positions, and of values
      ['image_encoder.blocks.0.attn.qkv', 24],
      ['image_encoder.blocks.0.mlp.lin1', 96],
      ['image_encoder.blocks.1.attn.qkv', 24],
      ['image_encoder.blocks.1.mlp.lin1', 96],
      ['image_encoder.neck.0', 16],
    ]);
    expect(fixed.map(({ initializer }) => initializer)).toEqual(['image_encoder.neck.2.weight']);
    const tables = groups[1]!.members.map(({ initializer }) => initializer).filter((name) => name.includes('rel_pos'));
    expect(tables).toEqual(['image_encoder.blocks.0.attn.rel_pos_h', 'image_encoder.blocks.0.attn.rel_pos_w']);
  });

  it.each(CRITERIA)('%s cuts its encoder to half', async (id) => {
    const context = procedureFor({ graph: base, task, context: runContext(0) });
    const recipe = fillRecipe(BOARD, { criterion: id, prune: { steps: 1, batches: 1 } });
    const target = parseTarget('2x');
    const { pipeline, plan } = await prune(
      context,
      { pipeline: base, recipe, target, counter: 'pure' },
      () => undefined,
    );
    expect(plan.achieved).toBeGreaterThanOrEqual(2);
    expect(pipelineCosts(base, 'pure').macs / pipelineCosts(pipeline, 'pure').macs).toBeCloseTo(plan.achieved, 3);
    await checkCut(pipeline);
  });

  it('is cut and aligned with what it was, from pictures alone', async () => {
    const seen: [string, number][] = [];
    const error = async (pipeline: Pipeline) =>
      (await task.evaluate(pipeline, 'test', computeHere)).values['embedding-error']!;
    const context = procedureFor({
      graph: base,
      task,
      context: runContext(0, ['sparsify', 'prune', 'finetune']),
      milestone: async (phase, pipeline) => void seen.push([phase, await error(pipeline)]),
    });
    const recipe = fillRecipe(BOARD, {
      criterion: 'magnitude-l2',
      prune: { steps: 1, batches: 1 },
      finetune: { steps: 60, lr: 3e-3 },
    });
    const request = { target: parseTarget('2x'), counter: 'pure', recipe, params: {} } as const;
    const { pipeline, widths } = await procedureOf({ procedure: null }).run(context, request);
    await checkCut(pipeline);
    expect(widths!.some(({ before, after }) => after < before)).toBe(true);
    expect(seen.map(([phase]) => phase)).toEqual(['pruned']);
    expect(await error(pipeline)).toBeLessThan(0.8 * seen[0]![1]);
  });
});
