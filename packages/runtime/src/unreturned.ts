/**
 * Outputs that are written and not handed back. onnxruntime's Node binding copies each output that it returns, those that
 * were written into memory of ours, too: 0.5 ms per MB, and as much memory again. It turns outputs into JavaScript's one
 * after another, in the graph's order, once all are written, and refuses whatever is no tensor. So a step that only wants
 * its outputs written asks for an empty sequence first, and is refused before the first copy. A binding that returns
 * sequences, or does not copy, leaves this as right as it is: then nothing is refused.
 */

/** The sequence among the outputs. */
export const SEQUENCE = 'topiary:unreturned';

/** What the binding says of a sequence (js/node/src/tensor_helper.cc), and of nothing else. */
const NO_TENSOR = 'Non tensor type is temporarily not supported.';

/** Hands on what else went wrong. */
export const unlessHandedBack = (error: unknown): void => {
  if (!(error instanceof Error) || !error.message.includes(NO_TENSOR)) throw error;
};
