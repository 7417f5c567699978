/** The stage that prunes: every criterion collects what it asks for, reaches the target and leaves a network that runs. */
import { parseTarget } from '@topiary/contracts';
import { procedureOf, prune } from '@topiary/methods';
import { METHODS } from '@topiary/methods/catalogue';
import { graphOf, single } from '@topiary/pipeline';
import { infer } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { inMemory } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { network } from '../pruning/small-nets.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const SPLIT = inMemory({
  dims: [3, 9, 9],
  pixels: Uint8Array.from({ length: 40 * 243 }, (_, i) => (i * i * 7 + i * 31) % 256),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 5),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});
const MODEL = smallResnet();
const CHAIN = network(['N', 3, 9, 9], (x, nn) => {
  const first = nn.relu(nn.norm(nn.conv(x, 'conv1', 8), 'bn1'));
  return nn.head(nn.relu(nn.norm(nn.conv(first, 'conv2', 16), 'bn2')), 5);
});

const context = (seed: number) =>
  procedureFor({ graph: MODEL, task: classifierTask(SPLIT, 5), context: runContext(seed) });

const pruned = (criterion: string, seed = 0, change: Readonly<Record<string, unknown>> = {}) => {
  const recipe = fillRecipe(BOARD, { criterion, prune: { steps: 2, batches: 1, ...change } });
  return prune(
    context(seed),
    { pipeline: single(MODEL), recipe, target: parseTarget('1.6x'), counter: 'published' },
    () => undefined,
  );
};

const CRITERIA = METHODS.filter(({ kind }) => kind === 'criterion');

describe('prune', () => {
  it.each(CRITERIA.map(({ id }) => id))(
    '%s reaches the target with a network that runs, and times a step',
    async (id) => {
      const { pipeline, plan, stepSeconds } = await pruned(id);
      expect(plan.achieved).toBeGreaterThanOrEqual(1.6);
      expect(stepSeconds).toBeGreaterThan(0);
      const { logits } = await infer(graphOf(pipeline), { input: smallBatch(3, 1)['input']! });
      expect(logits!.dims).toEqual([3, 5]);
      expect((logits!.data as Float32Array).every(Number.isFinite)).toBe(true);
    },
  );

  it.each(CRITERIA.map(({ id }) => id))('%s keeps the same channels for the same seed', async (id) => {
    const [once, twice] = [await pruned(id, 3), await pruned(id, 3)];
    expect([...once.plan.kept]).toEqual([...twice.plan.kept]);
  });

  it('takes the most that protection leaves where the target is out of reach, and says so', async () => {
    const { plan } = await pruned('magnitude-l2', 0, { protection: 0.9 });
    expect(plan.flags).toContain('undershoot');
    expect(plan.achieved).toBeLessThan(1.6);
  });

  it.each(['bisect', 'first-crossing'])('%s leaves the layers whole that the recipe names', async (solve) => {
    const run = (...ignore: string[]) => {
      const recipe = fillRecipe(BOARD, { prune: { solve: solve as 'bisect', ignore } });
      const request = { pipeline: single(CHAIN), recipe, target: parseTarget('1.5x'), counter: 'published' } as const;
      return prune(procedureFor({ graph: CHAIN, task: classifierTask(SPLIT, 5) }), request, () => undefined);
    };
    expect((await run()).plan.kept.get('conv1')!.length).toBeLessThan(8);
    const { plan, pipeline } = await run('*1');
    expect(plan.kept.get('conv1')).toHaveLength(8);
    expect(plan.kept.get('conv2')!.length).toBeLessThan(16);
    expect(graphOf(pipeline).initializers.get('conv1.weight')!.dims[0]).toBe(8);
    await expect(run('conv99')).rejects.toMatchObject({ code: 'TOPIARY_PRUNING_UNKNOWN_LAYER' });
  });

  it('refuses a recipe without a criterion: nothing takes the place of one', async () => {
    const recipe = { ...fillRecipe(BOARD, {}), criterion: null };
    const request = { pipeline: single(MODEL), recipe, target: parseTarget('1.6x'), counter: 'published' } as const;
    await expect(prune(context(0), request, () => undefined)).rejects.toMatchObject({
      code: 'TOPIARY_TRACKS_BAD_RECIPE',
      details: { where: 'recipe.criterion' },
    });
    expect(() => procedureOf({ procedure: 'tinyfusion-of-nobody' })).toThrow(/tinyfusion-of-nobody/);
  });
});
