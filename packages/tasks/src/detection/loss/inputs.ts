/** What the loss of a detector reads beside its outputs, by name. G is the same for all batches of a training. */

/** float32 [N, G, 4]: left, top, right, bottom in pixels of the input; of padding (0, 0, 1, 1). */
export const BOXES = 'truth-boxes';
/** int32 [N, G] classes; of padding 0. */
export const CLASSES = 'truth-classes';
/** float32 [N, G]: 1 for an object, 0 for padding, which comes last. */
export const VALID = 'truth-valid';
