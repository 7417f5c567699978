/** onnxruntime as the oracle of tests: runs a file or a graph on the CPU and gives plain tensors back. */
import { standard } from '@topiary/lowering';
import { encode, type Graph, type Tensor, type TypedArray, toNumbers } from '@topiary/onnx';
import * as ort from 'onnxruntime-node';

export type Feeds = Readonly<Record<string, Tensor>>;

export const createSession = (model: Uint8Array | Graph): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model instanceof Uint8Array ? model : encode(standard(model)), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });

export const runSession = async (session: ort.InferenceSession, feeds: Feeds): Promise<Record<string, Tensor>> => {
  const inputs = Object.entries(feeds).map(([name, { type, data, dims }]) => [
    name,
    new ort.Tensor(type as 'float32', data as Float32Array, dims),
  ]);
  const results = await session.run(Object.fromEntries(inputs));
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, dims, data }]) => [
      name,
      { type: type as Tensor['type'], dims: [...dims], data: data as TypedArray },
    ]),
  );
};

/** The outputs by name. */
export const runOnnx = async (model: Uint8Array | Graph, feeds: Feeds): Promise<Record<string, Tensor>> => {
  const session = await createSession(model);
  try {
    return await runSession(session, feeds);
  } finally {
    await session.release();
  }
};

/** max |a - b| / max |b|: the distance of a result from the reference, relative to the reference's largest element. */
export const relativeDistance = (got: Tensor, reference: Tensor): number => {
  if (got.dims.join() !== reference.dims.join()) return Number.POSITIVE_INFINITY;
  const [a, b] = [toNumbers(got), toNumbers(reference)];
  let [distance, scale] = [0, 0];
  for (let i = 0; i < b.length; i += 1) {
    const apart = Math.abs(a[i]! - b[i]!);
    distance = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(distance, apart);
    scale = Math.max(scale, Math.abs(b[i]!));
  }
  return scale === 0 ? distance : distance / scale;
};
