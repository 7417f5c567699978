/**
 * Has a network collapsed: does it answer alike, whatever it is shown? A cut can take the last channel through which a
 * layer saw anything; what is left are biases, and an accuracy that chance explains.
 */

/** What rounding of 32-bit numbers does to outputs that do not depend on the input, relative to the largest. */
const ROUNDING = 1e-6;

/**
 * `outputs`: what the network made of `inputs` different inputs, one after another. NaN is an answer like any other, so
 * a network that answers nothing but NaN has collapsed, too.
 */
export const hasCollapsed = (outputs: ArrayLike<number>, inputs: number): boolean => {
  const width = outputs.length / inputs;
  if (inputs < 2 || !Number.isInteger(width)) {
    throw new RangeError(
      `whether a network collapsed: expected outputs of two inputs or more, got ${outputs.length} of ${inputs}`,
    );
  }
  let [spread, scale] = [0, 0];
  for (let i = 0; i < outputs.length; i += 1) {
    const [value, first] = [outputs[i]!, outputs[i % width]!];
    if (Object.is(value, first)) {
      if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
      continue;
    }
    if (!Number.isFinite(value) || !Number.isFinite(first)) return false;
    spread = Math.max(spread, Math.abs(value - first));
    scale = Math.max(scale, Math.abs(value));
  }
  return spread <= ROUNDING * scale;
};
