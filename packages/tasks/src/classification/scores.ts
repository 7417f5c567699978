/** Logits against labels, on the host: labels stay with the scorer, wherever the network runs. */

/** The class of the largest logit of a row; of equals the first. */
export const largest = (logits: Float32Array, row: number, classes: number): number => {
  let best = 0;
  for (let c = 1; c < classes; c += 1) if (logits[row * classes + c]! > logits[row * classes + best]!) best = c;
  return best;
};

/** -log softmax at the label, in double precision. */
export const crossEntropyOf = (logits: Float32Array, row: number, classes: number, label: number): number => {
  const values = logits.subarray(row * classes, (row + 1) * classes);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return Math.log(sum) + most - values[label]!;
};
