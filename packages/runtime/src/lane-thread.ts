/**
 * The thread of a lane: sessions of the parts that it calls, and an answer to each call. It is an entry of its own, so that it
 * loads onnxruntime and nothing else of ours.
 */
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

/** A tensor whose elements lie in memory that threads share. */
export interface Shared {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayBufferView;
}

export type ToLane =
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly part: string;
      readonly model: Uint8Array;
      readonly options: InferenceSession.SessionOptions;
    }
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly part: string;
      readonly feeds: Readonly<Record<string, Shared>>;
    };

export type FromLane =
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly results: Readonly<Record<string, Shared>>; readonly busyMs: number };

const sessions = new Map<string, InferenceSession>();

/** onnxruntime reads and writes memory of its own process alone: what is shared is copied on either side. */
const own = ({ type, dims, data }: Shared): OrtTensor => {
  const Elements = data.constructor as new (elements: ArrayBufferView) => Float32Array;
  return new OrtTensor(type as 'float32', new Elements(data), dims);
};

const shared = ({ type, dims, data }: OrtTensor): Shared => {
  const made = data as Float32Array;
  const Elements = made.constructor as new (buffer: SharedArrayBuffer) => Float32Array;
  const copy = new Elements(new SharedArrayBuffer(made.byteLength));
  copy.set(made);
  return { type, dims, data: copy };
};

const answer = async (message: ToLane): Promise<Omit<Extract<FromLane, { results: unknown }>, 'id'>> => {
  if (message.kind === 'open') {
    sessions.set(message.part, await InferenceSession.create(message.model, message.options));
    return { results: {}, busyMs: 0 };
  }
  const session = sessions.get(message.part)!;
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, own(message.feeds[name]!)]));
  const began = performance.now();
  const results = await session.run(feeds);
  const busyMs = performance.now() - began;
  return { results: Object.fromEntries(Object.entries(results).map(([name, value]) => [name, shared(value)])), busyMs };
};

parentPort!.on('message', (message: ToLane) => {
  answer(message).then(
    (said) => parentPort!.postMessage({ id: message.id, ...said } satisfies FromLane),
    (error: unknown) => parentPort!.postMessage({ id: message.id, error: String(error) } satisfies FromLane),
  );
});
