/** ArgMax: position of the largest element along an axis. https://onnx.ai/onnx/operators/onnx__ArgMax.html */
import { position } from './_arg.js';
import { defineOp } from './_op.js';

export const ArgMax = defineOp({ ...position, type: 'ArgMax', since: 13 });
