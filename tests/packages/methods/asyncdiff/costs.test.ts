/** Components of AsyncDiff: of equal cost, and what a pipeline of them costs on every axis, counted by hand. */
import { count } from '@topiary/ops';
import { graphOf, pipelineCosts } from '@topiary/pipeline';
import { subgraph } from '@topiary/pruning';
import { buildDenoiser } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { balancedCuts, cutsBetweenBlocks } from '../../../../packages/methods/src/procedures/asyncdiff/components.js';
import { DitL2 } from '../../../../packages/zoo/src/denoisers/dit-l-2.js';
import { narrowDenoiser, tinyDenoiser } from '../../../helpers/denoiser-task.js';
import { splitInto, taskOfSteps } from './split.js';

const base = narrowDenoiser();
const STEPS = 6;

describe('components', () => {
  it.each([2, 3, 4, 5])('%i of twelve blocks: no other choice of cuts has a cheaper costliest one', (n) => {
    const graph = graphOf(tinyDenoiser());
    const cuts = cutsBetweenBlocks(graph);
    const costs = new Map<string, number>();
    const costOf = (from: number, to: number): number => {
      const key = `${from} ${to}`;
      const ends = [...cuts, graph.outputs.map(({ name }) => name)];
      const cost = costs.get(key) ?? count(subgraph(graph, cuts[from] ?? [], ends[to]!)).pure;
      costs.set(key, cost);
      return cost;
    };
    const most = (places: readonly number[]) =>
      Math.max(...[...places, 11].map((to, i) => costOf(i === 0 ? -1 : places[i - 1]!, to)));
    const choices = (from: number, left: number): number[][] =>
      left === 0
        ? [[]]
        : Array.from({ length: 11 - from }, (_, i) => from + i).flatMap((first) =>
            choices(first + 1, left - 1).map((rest) => [first, ...rest]),
          );
    const best = Math.min(...choices(0, n - 1).map(most));
    const found = balancedCuts(graph, cuts, n, 'pure').map((cut) => cuts.indexOf(cut));
    expect(most(found)).toBe(best);
    // equal blocks: six and six, four, four and four, three times four
    if (12 % n === 0) expect(found).toEqual(Array.from({ length: n - 1 }, (_, i) => ((i + 1) * 12) / n - 1));
  });

  it('of 24 blocks are those that the paper cuts a network of 24 into', () => {
    // SD3-medium: 12 and 12, three times 8, four times 6; DiT-L/2 has as many blocks
    const graph = buildDenoiser(DitL2);
    const cuts = cutsBetweenBlocks(graph);
    const places = (n: number) => balancedCuts(graph, cuts, n, 'pure').map((cut) => cuts.indexOf(cut) + 1);
    expect([places(2), places(3), places(4)]).toEqual([[12], [8, 16], [6, 12, 18]]);
  });

  it('have the work of the network and, each, the condition again', () => {
    const whole = pipelineCosts(base, 'pure').macs;
    const split = splitInto(base, STEPS, { components: 3 });
    const { macs, params } = pipelineCosts(split, 'pure');
    // sines of 16 to a width of 16, and that to itself: twice more than once
    expect(macs).toBe(whole + 2 * (16 * 16 + 16 * 16));
    expect(params).toBe(pipelineCosts(base, 'pure').params);
  });
});

describe('costs', () => {
  const [N, D, CONDITION, PATCH] = [16, 16, 16 * 16 + 16 * 16, 16 * 16 * 16];
  const BLOCK = 12 * N * D * D + 2 * N * N * D + 6 * D * D;
  // patches in front, the last layer behind: 2 D² for what is told, N tokens to 16 pixels each
  const FIRST = CONDITION + PATCH + 2 * BLOCK;
  const LAST = CONDITION + 2 * BLOCK + 2 * D * D + N * D * 16;
  const most = Math.max(FIRST, LAST);
  const params = pipelineCosts(base, 'pure').params;

  it('of two lanes: a warm-up of both, then the costlier one a step; a cut is kept, all weights are active', () => {
    const split = splitInto(base, 10, { warmUp: 3 });
    const costs = taskOfSteps(base, 10).costs(split);
    expect(costs).toEqual({
      steps: 10,
      'trajectory-macs': 10 * (FIRST + LAST),
      'critical-macs': 3 * (FIRST + LAST) + 7 * most,
      'active-params': params,
      'slot-bytes': 4 * N * D,
    });
  });

  it('of a stride of two: the costlier one a round, one last component more, and what is said for a step in advance', () => {
    const split = splitInto(base, 10, { warmUp: 2, stride: 2 });
    const costs = taskOfSteps(base, 10).costs(split);
    expect(costs).toEqual({
      steps: 10,
      'trajectory-macs': 2 * (FIRST + LAST) + 4 * (FIRST + 2 * LAST),
      'critical-macs': 2 * (FIRST + LAST) + 4 * most,
      'active-params': params,
      'slot-bytes': 4 * (N * D + 16 * 16),
    });
  });
});
