/** ArgMin: position of the smallest element along an axis. https://onnx.ai/onnx/operators/onnx__ArgMin.html */
import { position } from './_arg.js';
import { defineOp } from './_op.js';

export const ArgMin = defineOp({ ...position, type: 'ArgMin', since: 13 });
