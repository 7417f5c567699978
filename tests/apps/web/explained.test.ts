/** What a row's page tells: recipes in words, and the lines beside the nodes of a network. */
import type { MethodDescription } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';
import { boardOf, fillRecipe } from '@topiary/tracks/catalogue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { methodsIn, recipeWords } from '../../../apps/web/src/features/row/recipe-words.js';
import { lanesOf, type Placed } from '../../../apps/web/src/features/views/graph/lanes.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const methods = METHODS as readonly MethodDescription[];
const told = (recipe: object): string[] =>
  recipeWords({ recipe: recipe as Record<string, unknown>, provenance: 'measured' }, methods).map((step) =>
    step.join(' '),
  );

describe('a recipe in words', () => {
  it('says what was scored, who competed, how often and how it was trained', () => {
    const [text] = told(fillRecipe(BOARD, { criterion: 'taylor', scope: 'local' }));
    expect(text!.replace('\u202f', ' ')).toBe(
      'Taylor says which channels go: Channels whose removal changes the loss least, to first order, go first. Each layer gives up the same share of its channels. Scores are estimated anew 20 times on the way to the target. At least 10 % of each layer stays. Then it is fine-tuned for 200 steps of 128 by SGD, learning rate 0.01 (cosine).',
    );
  });

  it('begins with the regularizer, and names what was set otherwise than by default', () => {
    const recipe = { criterion: 'magnitude-l2', regularizer: 'group-lasso', params: { regularizer: { lambda: 0.01 } } };
    const [text] = told(fillRecipe(BOARD, recipe as never));
    expect(text).toMatch(/^First Group LASSO trains for \d+ steps of 128 by SGD.* Strength 0\.01\. Magnitude L2 says/);
    expect(methodsIn({ recipe: recipe as never }, methods).map(({ id }) => id)).toEqual([
      'group-lasso',
      'magnitude-l2',
    ]);
  });

  it('tells each step of several, a control, an upload and a printed row', () => {
    const one = fillRecipe(BOARD, { criterion: 'random' });
    expect(told({ ...one, next: [fillRecipe(BOARD, { criterion: 'lamp' })] })).toHaveLength(2);
    expect(told({ ...one, prune: { ...one.prune, shuffle: true } })[0]).toContain('chosen by chance');
    const upload = { criterion: null, models: { '2x': 'a' }, finetune: { steps: 0 } };
    expect(told(upload)).toEqual(['A network that was pruned elsewhere came as a file. It is not fine-tuned.']);
    expect(told({ criterion: 'uploaded:0123', scope: 'global' })[0]).toContain('scoring graph that came as a file');
    expect(told({ criterion: 'gone' })[0]).toContain('gone');
    expect(recipeWords({ recipe: {}, provenance: 'reported' }, methods)[0]![0]).toContain('A paper prints');
  });
});

const node = (inputs: string, outputs: string): Placed => ({
  inputs: inputs.split(' ').filter(Boolean),
  outputs: outputs.split(' ').filter(Boolean),
});

describe('the lines beside the nodes of a network', () => {
  it('are one for a chain, and two where a shortcut runs beside it', () => {
    expect(lanesOf([node('', 'x'), node('x', 'y'), node('y', 'z'), node('z', '')])).toMatchObject({
      width: 1,
      lines: [
        { lane: 0, from: 0, to: 1 },
        { lane: 0, from: 1, to: 2 },
        { lane: 0, from: 2, to: 3 },
      ],
    });
    const { width, rows, lines } = lanesOf([
      node('', 'x'),
      node('x', 'a'),
      node('a', 'b'),
      node('b x', 'y'),
      node('y', ''),
    ]);
    expect(width).toBe(2);
    expect(lines).toContainEqual({ lane: 0, from: 0, to: 3 });
    expect(rows[3]!.into).toEqual([1, 0]);
  });

  it('of values that nobody needs are none', () => {
    expect(lanesOf([node('', 'x unused'), node('x', '')]).lines).toEqual([{ lane: 0, from: 0, to: 1 }]);
  });

  it('never share a lane while both are needed', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), { minLength: 1, maxLength: 30 }),
        (picks) => {
          // each node reads some of the values made before it
          const rows = picks.map(
            (reads, i): Placed => ({
              inputs: i === 0 ? [] : [...new Set(reads.map((n) => `v${n % i}`))],
              outputs: [`v${i}`],
            }),
          );
          const { lines, width } = lanesOf(rows);
          for (const [i, a] of lines.entries())
            for (const b of lines.slice(i + 1))
              if (a.lane === b.lane) expect(a.to <= b.from || b.to <= a.from).toBe(true);
          expect(Math.max(0, ...lines.map(({ lane }) => lane))).toBeLessThan(width);
        },
      ),
    ));
});
