/** Recipes: what is refused and why, what defaults fill in, names, and a hash that only meaning can change. */
import { createHash } from 'node:crypto';
import { parseTarget, Recipe, type RecipeInput } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';
import { leaderboard, type RunRecord } from '@topiary/stats';
import {
  boardOf,
  checkRecipe,
  checkServed,
  divisionOf,
  estimateSeconds,
  fillRecipe,
  recipeHash,
  recipeLabel,
  trackOf,
} from '@topiary/tracks/catalogue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const TINY = boardOf('classification.resnet-tiny.shapes32');
const CIFAR = boardOf('classification.resnet56.cifar10');

const hash = (recipe: RecipeInput) => recipeHash(fillRecipe(TINY, recipe));
const label = (recipe: RecipeInput) => recipeLabel(fillRecipe(TINY, recipe));

describe('checkRecipe', () => {
  it('accepts the empty recipe and every criterion', () => {
    for (const criterion of ['magnitude-l1', 'magnitude-l2', 'random', 'taylor', 'bn-scale']) {
      expect(() => checkRecipe({ criterion }, [parseTarget('8x')])).not.toThrow();
    }
    expect(() => checkRecipe({})).not.toThrow();
  });

  it.each<[RecipeInput, string, RegExp]>([
    [{ criterion: 'lottery' }, 'TOPIARY_METHODS_UNKNOWN', /recipe\.criterion; expected one of .*taylor.*; got lottery/],
    [{ regularizer: 'x' }, 'TOPIARY_METHODS_UNKNOWN', /recipe\.regularizer; expected one of bn-scale, .*; got x/],
    [{ criterion: null, procedure: 'toy-halve' }, 'TOPIARY_METHODS_UNKNOWN', /recipe\.procedure/],
    [{ criterion: null }, 'TOPIARY_TRACKS_BAD_RECIPE', /expected a criterion or a procedure; got neither/],
    [
      { params: { criterion: { reduce: 'no' } } },
      'TOPIARY_METHODS_PARAMETER',
      /reduce of magnitude-l2; expected one of mean/,
    ],
    [
      { params: { regularizer: { x: 1 } } },
      'TOPIARY_TRACKS_BAD_RECIPE',
      /no parameters, since regularizer is null; got x/,
    ],
    [{ prune: { protection: 2 } }, 'TOPIARY_API_VALIDATION', /recipe\.prune\.protection/],
  ])('refuses %j', (recipe, code, message) => {
    expect(() => checkRecipe(recipe)).toThrow(message);
    expect(() => checkRecipe(recipe)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a target that protection puts out of reach: 0.8 of every layer leaves 0.64 of the MACs', () => {
    const recipe = { prune: { protection: 0.8 } };
    expect(() => checkRecipe(recipe, [parseTarget('1.5x')])).not.toThrow();
    expect(() => checkRecipe(recipe, [parseTarget('1.6x')])).toThrow(
      /at most 1\.56x while recipe\.prune\.protection is 0\.8; got 1\.6x/,
    );
  });
});

describe('fillRecipe', () => {
  it('leaves nothing open: method defaults, solver, the budget of the board', () => {
    const filled = fillRecipe(CIFAR, { criterion: 'taylor' });
    expect(filled.params.criterion).toEqual({ reduce: 'mean', normalise: 'mean', code_compat: false });
    expect(filled.prune.solve).toBe('first-crossing');
    expect(filled.finetune.steps).toBe(400);
    expect(filled.prune.steps).toBe(CIFAR.prune.steps);
    // one solver for a ranking: what needs no data is estimated as often
    expect(fillRecipe(TINY, {}).prune).toMatchObject({ solve: 'first-crossing', steps: 20, strata: 'even' });
    expect(Recipe.parse(filled)).toEqual(filled);
  });

  it('keeps what was said, zero included', () => {
    const filled = fillRecipe(CIFAR, { prune: { solve: 'first-crossing' }, finetune: { steps: 0, lr: 0.1 } });
    expect(filled.prune.solve).toBe('first-crossing');
    expect(filled.finetune).toMatchObject({ steps: 0, lr: 0.1, batch: 128 });
  });

  it('changes nothing the second time', () => {
    const once = fillRecipe(CIFAR, { criterion: 'magnitude-l1', params: { criterion: { bias: true } } });
    expect(fillRecipe(CIFAR, once)).toEqual(once);
  });
});

describe('a scope that nobody names', () => {
  const DETECTOR = boardOf('detection.anchorfree-tiny.shapes-det');

  it("is the board's own: what its shipped rows are cut in", () => {
    expect(fillRecipe(DETECTOR, {}).scope).toBe('local');
    expect(fillRecipe(TINY, {}).scope).toBe('global');
    expect(recipeHash(fillRecipe(DETECTOR, { criterion: 'taylor' }))).toBe(
      recipeHash(fillRecipe(DETECTOR, { criterion: 'taylor', scope: 'local' })),
    );
  });

  it('gives way to one that is named, and no procedure takes it over', () => {
    expect(fillRecipe(DETECTOR, { scope: 'global' }).scope).toBe('global');
    const [procedure] = METHODS.filter(({ kind }) => kind === 'procedure');
    expect(fillRecipe(DETECTOR, { criterion: null, procedure: procedure!.id }).scope).toBe('global');
  });
});

describe('recipeLabel', () => {
  it('names methods and scope, and the parameters that are not the usual ones', () => {
    expect(label({})).toBe('magnitude-l2 · global');
    expect(label({ criterion: 'taylor', scope: 'local' })).toBe('taylor · local');
    expect(label({ params: { criterion: { reduce: 'max', bias: true } } })).toBe(
      'magnitude-l2 (reduce max, bias) · global',
    );
  });
});

describe('recipeHash', () => {
  it('is the sha256 of the recipe as sorted JSON', () => {
    const json =
      '{"criterion":"random","finetune":{"batch":128,"lr":0.01,"momentum":0.9,"optimizer":"sgd","schedule":"cosine","steps":200,"weightDecay":0.0005},' +
      '"params":{"criterion":{},"procedure":{},"regularizer":{}},"procedure":null,"prune":{"protection":0.1,"roundTo":1,"solve":"first-crossing","steps":20,"strata":"even"},' +
      '"regularizer":null,"scope":"global"}';
    expect(hash({ criterion: 'random' })).toBe(createHash('sha256').update(json).digest('hex'));
  });

  it('does not depend on the order of fields, nor on defaults being written out', () => {
    const filled = fillRecipe(TINY, { criterion: 'taylor' });
    const entries = fc.shuffledSubarray(Object.entries(filled), { minLength: Object.keys(filled).length });
    fc.assert(
      fc.property(entries, (shuffled) => {
        expect(recipeHash(Object.fromEntries(shuffled) as typeof filled)).toBe(hash({ criterion: 'taylor' }));
      }),
    );
  });

  it('tells recipes apart that may end differently', () => {
    const recipes: RecipeInput[] = [
      {},
      { criterion: 'taylor' },
      { criterion: 'taylor', prune: { steps: 4 } },
      { criterion: 'taylor', prune: { batches: 2 } },
      { scope: 'local' },
      { prune: { protection: 0.2 } },
      { finetune: { lr: 0.02 } },
      { finetune: { steps: 0 } },
      { params: { criterion: { bias: true } } },
      { prune: { ignore: ['stem'] } },
      { prune: { ignore: ['stem', 'layer1.*'] } },
      { prune: { strata: 'as-scored' } },
      { prune: { solve: 'bisect' } },
      { prune: { shuffle: true } },
      { regularizer: 'bn-scale' },
      { regularizer: 'bn-scale', params: { regularizer: { pace: 'reference' } } },
      { criterion: 'hrank' },
      { criterion: 'hrank', params: { criterion: { form: 'network' } } },
    ];
    expect(new Set(recipes.map(hash)).size).toBe(recipes.length);
  });

  it('heeds how many batches a procedure takes statistics of, and the usual number as if nobody had said it', () => {
    const slim = { procedure: 'slimsam', criterion: null };
    expect(hash({ ...slim, prune: { batches: 9 } })).not.toBe(hash(slim));
    expect(hash({ ...slim, prune: { batches: 4 } })).toBe(hash(slim));
    const fuse = { procedure: 'tinyfusion', criterion: null };
    expect(hash({ ...fuse, prune: { batches: 9 } })).toBe(hash(fuse));
  });

  it('does not split a row over fields without effect', () => {
    expect(hash({ prune: { solve: 'bisect', steps: 4, batches: 9 } })).toBe(hash({ prune: { solve: 'bisect' } }));
    expect(hash({ finetune: { steps: 0, lr: 0.5 } })).toBe(hash({ finetune: { steps: 0 } }));
    expect(hash({ prune: { ignore: ['b', 'a', 'b'] } })).toBe(hash({ prune: { ignore: ['a', 'b'] } }));
    expect(hash({ prune: { ignore: [], strata: 'even', shuffle: false } })).toBe(hash({}));
    expect(hash({ scope: 'local', prune: { strata: 'as-scored' } })).toBe(hash({ scope: 'local' }));
  });

  it('makes one row of recipes that one person wrote in several ways, in which a seed counts once', () => {
    const ways: readonly [RecipeInput, number, number][] = [
      [{ criterion: 'magnitude-l2' }, 0, 80],
      [{ criterion: 'magnitude-l2', prune: { batches: 9 } }, 0, 95],
      [{ criterion: 'magnitude-l2', finetune: { clip: 0, temperature: 2 } }, 1, 81],
      [{ criterion: 'magnitude-l2', sparsify: { steps: 7 }, prune: { shuffle: false } }, 1, 96],
    ];
    const runs = ways.map(
      ([recipe, seed, top1], i): RunRecord => ({
        ...{ run: `run ${i}`, submission: `submission ${i}`, submitter: { id: 'ada', name: 'ada' }, label: `way ${i}` },
        ...{ division: 'closed', recipe: fillRecipe(TINY, recipe), recipeHash: hash(recipe), provenance: 'measured' },
        ...{ target: parseTarget('2x'), seed, achieved: 2, flags: [], latency: null, machine: 'm' },
        metrics: [{ id: 'top1', phase: 'finetuned', value: top1, n: 1000 }],
        ...{ params: { base: 2, left: 1 }, macs: { pure: { base: 2, left: 1 }, published: { base: 2, left: 1 } } },
        ...{ protocol: 'classification/2', splitHash: 'split', seconds: 1, stepSeconds: null, epochSeconds: null },
        finishedAt: `2026-01-0${i + 1}T00:00:00Z`,
      }),
    );
    const { metrics, phases, apart, controls } = trackOf(TINY);
    const rules = { metrics, phases: phases.map(({ id }) => id), control: null, apart, controls };
    const rows = leaderboard(runs, { ...rules, drawn: { prune: TINY.prune, suite: null } });
    expect(rows.map(({ seeds, metrics: [one] }) => [seeds, one!.value])).toEqual([[[0, 1], 80.5]]);
  });

  it('does not see a parameter at what recipes meant before it existed, written out or not', () => {
    const before = { criterion: 'hrank', params: { criterion: { form: 'network' } } };
    const filled = fillRecipe(TINY, before);
    const { form, ...earlier } = filled.params.criterion;
    expect(form).toBe('network');
    expect(recipeHash({ ...filled, params: { ...filled.params, criterion: earlier } })).toBe(hash(before));
    expect(fillRecipe(TINY, { criterion: 'hrank' }).params.criterion['form']).toBe('fresh');
    // a board of version 1 knows no such parameter
    expect(fillRecipe(boardOf(`${TINY.id}@1`), { criterion: 'hrank' }).params.criterion).toEqual(earlier);
  });
});

it('divisionOf is open once more examples are spent than the budget has', () => {
  expect(divisionOf(TINY, {})).toBe('closed');
  expect(divisionOf(TINY, { finetune: { steps: 400, batch: 64 } })).toBe('closed');
  expect(divisionOf(TINY, { finetune: { steps: 201 } })).toBe('open');
});

describe('estimateSeconds', () => {
  const [two, eight] = [parseTarget('2x'), parseTarget('8x')];

  it("is the board's own estimate for the default recipe at 2x, about 20 s on the shipped board", () => {
    expect(estimateSeconds(TINY, {}, [two], [0])).toBe(TINY.estimateSeconds);
    expect(TINY.estimateSeconds).toBeGreaterThan(12);
    expect(TINY.estimateSeconds).toBeLessThan(30);
  });

  it('grows with seeds and statistics, and shrinks with the network', () => {
    const base = estimateSeconds(CIFAR, {}, [two], [0]);
    expect(estimateSeconds(CIFAR, {}, [two], [0, 1])).toBeCloseTo(2 * base, -1);
    expect(estimateSeconds(CIFAR, { criterion: 'taylor' }, [two], [0])).toBeGreaterThan(base);
    expect(estimateSeconds(CIFAR, {}, [eight], [0])).toBeLessThan(base);
  });
});

describe('checkServed', () => {
  const VIT = { model: 'vit-tiny', track: 'classification' };
  const LACKS = ['batch-norm', 'maps', 'rows'] as const;
  const recipe = { criterion: 'bn-scale', regularizer: null, procedure: null };
  it('refuses what the model of the board lacks, with the reason', () => {
    expect(() => checkServed(recipe, VIT, LACKS)).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_METHODS_CANNOT_SERVE',
        message: expect.stringMatching(/criterion bn-scale on network 'vit-tiny'.*no BatchNormalization/),
      }),
    );
    const lasso = { criterion: 'magnitude-l2', regularizer: 'bn-scale', procedure: null };
    expect(() => checkServed(lasso, VIT, LACKS)).toThrow(/regularizer bn-scale/);
  });
  it('refuses what no network of the track has: labels drawn from a detector', () => {
    const obd = { criterion: 'obd-c', regularizer: null, procedure: null };
    expect(() => checkServed(obd, { model: 'anchorfree-tiny', track: 'detection' }, [])).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_METHODS_CANNOT_SERVE',
        message: expect.stringMatching(/criterion obd-c on network 'anchorfree-tiny'.*scores by sigmoid/),
      }),
    );
    expect(() => checkServed(obd, { model: 'resnet-tiny', track: 'classification' }, [])).not.toThrow();
  });
  it('lets pass what the model has', () => {
    expect(() => checkServed(recipe, { model: 'resnet-tiny', track: 'classification' }, [])).not.toThrow();
    expect(() => checkServed(recipe, { model: 'somebody-s-network', track: 'classification' }, ['rows'])).not.toThrow();
  });
});
