/** A denoiser of two blocks whose gates are open: small enough for differences, with everything that a large one has. */
import { withData } from '@topiary/onnx';
import { buildDenoiser, type Denoiser, DitTiny, fillNormal, randomFrom } from '@topiary/zoo';
import { dit } from '../../../../packages/zoo/src/denoisers/_dit.js';

const MINI = { side: 8, patch: 4, channels: 1, width: 16, depth: 2, heads: 2, classes: 3, frequencies: 16 };

export const miniDenoiser = (learnsVariance: boolean): Denoiser => ({
  ...DitTiny,
  id: 'mini',
  input: [1, 8, 8],
  classes: 3,
  build: dit({ ...MINI, learnsVariance }),
});

/** Every parameter is drawn, those that begin as zero, too; the last layer's with another deviation. */
export const miniGraph = (learnsVariance = false, seed = 1, last = 0.25) => {
  const graph = buildDenoiser(miniDenoiser(learnsVariance));
  const made = [...graph.initializers].map(([name, one]) => {
    if (one.source.kind !== 'init') return [name, one] as const;
    const size = one.dims.reduce((a, b) => a * b, 1);
    const deviation = name.startsWith('final_layer.linear') ? last : 0.25;
    const data = fillNormal(new Float32Array(size), deviation, randomFrom(`mini/${seed}/${name}`));
    return [name, withData(name, { type: 'float32', dims: one.dims, data })] as const;
  });
  return { ...graph, initializers: new Map(made) };
};
