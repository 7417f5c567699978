/** The tiny diffusion transformer with a little of its data, as a board opens it. */

import { withData } from '@topiary/onnx';
import { type Pipeline, single } from '@topiary/pipeline';
import { type BoundTask, bindDiffusion, DiffusionSettings, denoiserPorts, readCritic } from '@topiary/tasks';
import { buildDenoiser, type Denoiser, DitTiny, fillNormal, randomFrom } from '@topiary/zoo';
import { drawShapes16 } from '../../packages/zoo/src/datasets/shapes16.js';
import { dit } from '../../packages/zoo/src/denoisers/_dit.js';

export const CRITIC = '0faf1846df81769fbdd82bff66c5936cbb4b9f82a0f7930773909375fbc2acbb';

export const LITTLE = {
  train: drawShapes16(400, randomFrom('little/train')),
  test: drawShapes16(60, randomFrom('little/test')),
  critic: readCritic(CRITIC),
};

/** With open gates: what begins as zero is drawn, with this deviation. */
const drawnFrom = (denoiser: Denoiser, seed: number, deviation: number): Pipeline => {
  const graph = buildDenoiser(denoiser);
  const made = [...graph.initializers].map(([name, one]) => {
    if (one.source.kind !== 'init') return [name, one] as const;
    const data = new Float32Array(one.dims.reduce((a, b) => a * b, 1));
    fillNormal(data, deviation, randomFrom(`tiny/${seed}/${name}`));
    return [name, withData(name, { type: 'float32', dims: one.dims, data })] as const;
  });
  const drawn = { ...graph, initializers: new Map(made) };
  return single(drawn, denoiserPorts(drawn, denoiser.classes));
};

export const tinyDenoiser = (seed = 0, deviation = 0.05): Pipeline => drawnFrom(DitTiny, seed, deviation);

/** Four narrow blocks: for what takes many steps. */
export const narrowDenoiser = (seed = 0, deviation = 0.2): Pipeline => {
  const shape = { side: 16, patch: 4, channels: 1, width: 16, depth: 4, heads: 2, classes: 10 };
  const build = dit({ ...shape, frequencies: 16, learnsVariance: false });
  return drawnFrom({ ...DitTiny, id: 'dit-narrow', build }, seed, deviation);
};

export interface LittleTask {
  readonly base: Pipeline;
  readonly settings?: Partial<DiffusionSettings>;
  readonly options?: Partial<{ samples: number; compared: number; bank: number }>;
}

export const diffusionTask = ({ base, settings = {}, options = {} }: LittleTask): BoundTask =>
  bindDiffusion({
    ...LITTLE,
    hash: 'little',
    classes: 10,
    base,
    settings: DiffusionSettings.parse({ steps: 4, ...settings }),
    options: { critic: CRITIC, samples: 60, compared: 10, bank: 40, ...options },
    evaluationBatch: 32,
  });
