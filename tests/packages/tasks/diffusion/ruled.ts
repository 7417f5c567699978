/** What computes, but for denoisers, which answer by a rule. */
import { floats } from '@topiary/onnx';
import type { Feeds, RunPart } from '@topiary/pipeline';
import type { Compute } from '@topiary/tasks';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { runContext } from '../../../helpers/procedure.js';

const compute = ownCompute(runContext());

/** Answers by a rule in place of a network: `answer` is given each picture, its timestep and its class. */
export const ruled = (answer: (x: Float32Array, t: number, y: number) => ArrayLike<number>): Compute => ({
  pause: async () => undefined,
  open: async (pipeline) => {
    const own = await compute.open(pipeline);
    const run: RunPart = async (part, feeds: Feeds) => {
      const { x, t, y } = feeds;
      if (!x || !t || !y) return own.run(part, feeds);
      const all = x.data as Float32Array;
      const size = all.length / t.data.length;
      const said = new Float32Array(all.length);
      for (let i = 0; i < t.data.length; i += 1)
        said.set(answer(all.subarray(i * size, (i + 1) * size), Number(t.data[i]), Number(y.data[i])), i * size);
      return { noise: floats(said, x.dims) };
    };
    return { run, release: own.release };
  },
});
