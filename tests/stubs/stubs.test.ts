/**
 * The customers of the interfaces, ten of them in the fewest lines: compiled with everything else, so that a seam that one of
 * them needs cannot close unnoticed; and what they make of a schedule is played.
 */
import type { Procedure } from '@topiary/methods';
import { floats } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { assertPipeline, merge, pipelineCosts, play, single } from '@topiary/pipeline';
import { blocksOf } from '@topiary/pruning';
import { infer } from '@topiary/runtime';
import { materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { AsyncDiff, lanes } from './asyncdiff.js';
import { CoDe } from './code.js';
import { Detection } from './detection.js';
import { LearningToCache, withCache } from './learning-to-cache.js';
import { LiteFocus, withSubset } from './litefocus.js';
import { MaskLlm } from './maskllm.js';
import { experts, RemixDit } from './remix-dit.js';
import { SlimSam } from './slimsam.js';
import { SparseGpt } from './sparsegpt.js';
import { TinyFusion } from './tinyfusion.js';

const PROCEDURES: readonly Procedure[] = [
  TinyFusion,
  LearningToCache,
  RemixDit,
  AsyncDiff,
  SlimSam,
  MaskLlm,
  SparseGpt,
  CoDe,
  LiteFocus,
];

/** Four residual blocks x + W2 relu(W1 x) on rows of eight. */
const stack = () => {
  const b = createBuilder();
  let x = b.input('x', 'float32', ['N', 8]);
  for (let i = 0; i < 4; i += 1) {
    const up = b.parameter(`up${i}`, [8, 16], { rule: 'kaiming-normal', fan: 8 });
    const down = b.parameter(`down${i}`, [16, 8], { rule: 'kaiming-normal', fan: 16 });
    x = b.op('Add', [x, b.op('MatMul', [b.op('Relu', [b.op('MatMul', [x, up])]), down])]);
  }
  b.output(x, 'y');
  return single(materialize(b.build('stack'), 1));
};

const BASE = stack();
const input = (step: number) => ({
  x: floats(
    Float32Array.from({ length: 8 }, (_, i) => Math.sin(i + 3 * step)),
    [1, 8],
  ),
});
const full = async (step: number) => (await infer(merge(BASE), input(step)))['y']!.data as Float32Array;
const played = async (pipeline: typeof BASE, steps: number) => {
  const player = play(pipeline, (part, feeds) => infer(pipeline.parts.get(part)!.graph, feeds));
  const found: Float32Array[] = [];
  for (let step = 0; step < steps; step += 1) found.push((await player.step(input(step)))['y']!.data as Float32Array);
  return found;
};
const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).every((value, i) => Math.abs(value - b[i]!) < 1e-5);

describe('the customers of the seams', () => {
  it('declare stages and axes, each under its own name', () => {
    expect(new Set(PROCEDURES.map(({ id }) => id)).size).toBe(9);
    for (const { stages, axes } of PROCEDURES) expect([stages.length > 0, axes!.length > 0]).toEqual([true, true]);
    expect(Detection.metrics[0]!.estimator).toBe('set');
  });

  it('caches: a cached branch is the one of the step before, everything else is fresh, and the work is really less', async () => {
    const [block] = blocksOf(merge(BASE));
    const cached = withCache(
      BASE,
      4,
      block!.subLayers.flatMap(({ ungated }) => ungated),
    );
    assertPipeline(cached);
    const found = await played(cached, 4);
    expect([close(found[0]!, await full(0)), close(found[1]!, await full(1))]).toEqual([true, false]);
    const costs = pipelineCosts(cached, 'pure');
    const whole = pipelineCosts(BASE, 'pure').macs;
    expect(costs.trajectoryMacs).toBe(2 * whole + 2 * whole * (3 / 4));
    expect(costs.slotBytes).toBe(4 * 8);
    expect(costs.params).toBe(pipelineCosts(BASE, 'pure').params);
  });

  it('lanes: the first steps are those of one network, later ones read what the other lane left a step ago', async () => {
    const cut = blocksOf(merge(BASE))[2]!.cut.before;
    const split = lanes(BASE, [cut], 2, 5);
    assertPipeline(split);
    const found = await played(split, 5);
    const [first, second] = [...split.parts.values()].map(({ graph }) => graph);
    const stale = await infer(first!, input(2));
    const expected = (await infer(second!, stale))['y']!.data as Float32Array;
    expect([close(found[1]!, await full(1)), close(found[3]!, await full(3)), close(found[3]!, expected)]).toEqual([
      true,
      false,
      true,
    ]);
    const { criticalMacs, trajectoryMacs } = pipelineCosts(split, 'pure');
    expect(criticalMacs).toBe((trajectoryMacs! * (2 + 3 / 2)) / 5);
  });

  it('experts: parts with weights of their own, each for its steps', async () => {
    const remixed = experts(BASE, 2, 2);
    assertPipeline(remixed);
    expect(pipelineCosts(remixed, 'pure').params).toBe(2 * pipelineCosts(BASE, 'pure').params);
    expect(close((await played(remixed, 4))[3]!, await full(3))).toBe(true);
    await expect(played(remixed, 5)).rejects.toMatchObject({ code: 'TOPIARY_PIPELINE_SCHEDULE' });
  });

  it('a port that is drawn anew is part of the schedule', () => {
    expect(() => assertPipeline(withSubset(BASE, 8, 2))).not.toThrow();
  });
});
