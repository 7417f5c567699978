/** The block size of the CPU's own convolution layout, asked of the kernels themselves. */
import { encode, floats, GraphBuilder } from '@topiary/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { QUIET } from './provider.js';
import { toOrt } from './tensors.js';

const CHANNELS = 16;
const PLACES = 4;

/** One ReorderInput: the domain is onnxruntime's own and not every build or processor has it. */
const reorder = (): Uint8Array => {
  const b = new GraphBuilder((_node, [x]) => [x!]);
  const x = b.input('x', 'float32', [1, CHANNELS, 2, 2]);
  b.output(b.op('ReorderInput', [x], {}, { domain: 'com.microsoft.nchwc' }), 'y');
  return encode(b.build('probe'));
};

/** Of 0, 1, 2, … in blocks of B channels, the first B step by the number of places. */
const measure = async (): Promise<number> => {
  try {
    const session = await InferenceSession.create(reorder(), { executionProviders: ['cpu'], logSeverityLevel: QUIET });
    const x = floats(Float32Array.from({ length: CHANNELS * PLACES }, (_, i) => i));
    const { y } = await session.run({ x: toOrt({ ...x, dims: [1, CHANNELS, 2, 2] }) });
    await session.release();
    const data = Array.from(y!.data as Float32Array);
    const block = data.findIndex((value, i) => value !== i * PLACES);
    return block === 8 || block === 16 ? block : 0;
  } catch {
    return 0;
  }
};

let measured: Promise<number> | null = null;

/** Channels per block; 0 where the kernels are absent. Asked once per process. */
export const blockSize = (): Promise<number> => {
  measured ??= measure();
  return measured;
};
