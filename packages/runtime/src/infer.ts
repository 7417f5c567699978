/** Runs a network on given inputs, once or many times. */
import type { Graph } from '@topiary/onnx';
import { type CompileOptions, compile } from './session.js';
import type { Feeds } from './tensors.js';

export const infer = async (forward: Graph, feeds: Feeds, options: CompileOptions = {}): Promise<Feeds> => {
  const session = await compile(forward, { level: 'all', ...options });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
};
