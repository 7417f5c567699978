/** How many examples a statistic may take at a time, so that what a graph keeps of them fits into memory. */
import { elementsAt, type Graph } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';

/** Numbers that the values of a batch may take while gradients wait for them: 2 GiB. */
const MOST = 2 ** 29;

/** Of one example, all values between the nodes. */
const valuesOf = (forward: Graph): number => {
  const types = inferTypes(forward);
  return forward.nodes
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, output) => sum + elementsAt(types.get(output)?.shape ?? []), 0);
};

/** Examples at a time whose values a backward pass can keep: at most `most`, and no more than 128. */
export const batchForGradients = (forward: Graph, most = Number.POSITIVE_INFINITY): number =>
  Math.max(1, Math.min(128, most, Math.floor(MOST / Math.max(1, valuesOf(forward)))));
