/** Tensors on their way into onnxruntime and back; element memory is used in place, never copied. */
import { TopiaryError } from '@topiary/errors';
import { type Tensor, type TypedArray, tensor } from '@topiary/onnx';
// onnxruntime takes tensors of its own class alone as places for outputs, and onnxruntime-common is another copy of it
import { Tensor as OrtTensor } from 'onnxruntime-node';

/** Values by the names of a graph's inputs or outputs. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** bool lies in a Uint8Array on both sides; the constructor's overloads do not say so. */
export const toOrt = ({ type, dims, data }: Tensor): OrtTensor => new OrtTensor(type, data as never, dims);

export const fromOrt = (value: OrtTensor, name: string): Tensor => {
  if (value.type === 'string' || value.type === 'uint4' || value.type === 'int4') {
    throw new TopiaryError('TOPIARY_RUNTIME_SESSION', { where: `output '${name}'`, got: `type ${value.type}` });
  }
  return tensor(value.type, value.dims, value.data as TypedArray);
};
