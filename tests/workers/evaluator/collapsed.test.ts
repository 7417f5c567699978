/** A network that no input changes is told from one that sees. */
import { dataOf, type Graph } from '@topiary/onnx';
import { single } from '@topiary/pipeline';
import type { Evaluation } from '@topiary/tasks';
import { materialize } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { collapsedParts, collapseFlags } from '../../../workers/evaluator/src/stages/collapsed.js';
import { denoiser } from '../../extension/denoiser/network.js';
import { runContext } from '../../helpers/procedure.js';
import { tinyModel } from '../../helpers/tiny-model.js';

/** The graph with every weight of one initialiser at zero. */
const without = (graph: Graph, name: string): Graph => {
  const initializers = new Map(graph.initializers);
  const one = initializers.get(name)!;
  const data = new Float32Array((dataOf(one) as Float32Array).length);
  initializers.set(name, { ...one, source: { kind: 'data', data } });
  return { ...graph, initializers };
};

it('finds the parts that answer alike, and only those', async () => {
  const compute = ownCompute(runContext());
  const graph = materialize(tinyModel(), 1);
  expect(await collapsedParts(single(graph), compute)).toEqual([]);
  expect(await collapsedParts(single(without(graph, 'stem.weight')), compute)).toEqual(['network']);
  const { parts, schedule } = denoiser(1);
  const early = parts.get('early')!;
  const blind = new Map(parts).set('early', { ...early, graph: without(early.graph, 'W2') });
  expect(await collapsedParts({ parts: blind, schedule }, compute)).toEqual(['early']);
});

it('flags a network that is blind and guesses, and none that is right about real examples', async () => {
  const blind = single(without(materialize(tinyModel(), 1), 'stem.weight'));
  const flagsOf = (top1: number) => {
    const guess = { expected: 'twice chance', got: `${top1}`, cure: '' };
    const task = { guesses: ({ values }: Evaluation) => (values['top1']! < 20 ? guess : null) };
    return collapseFlags(runContext(), blind, { task, final: { values: { top1 }, n: 4000, answers: null } as never });
  };
  expect(await flagsOf(10)).toEqual(['collapsed']);
  expect(await flagsOf(90)).toEqual([]);
});
