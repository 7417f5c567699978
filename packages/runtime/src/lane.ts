/**
 * A lane: a thread with sessions of its own, for parts of a network that run side by side. What goes in and comes out lies in
 * shared memory; messages say where. On the CPU alone: a second thread does not make a GPU faster.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { TopiaryError } from '@topiary/errors';
import { lower } from '@topiary/lowering';
import { encode, type Graph, type Tensor, type TypedArray, tensor } from '@topiary/onnx';
import type { FromLane, Shared, ToLane } from './lane-thread.js';
import { QUIET } from './provider.js';
import type { Feeds } from './tensors.js';

export interface LaneOptions {
  /** Threads inside an operator (1). */
  readonly threads?: number;
}

export interface Lane {
  run(part: string, feeds: Feeds): Promise<Feeds>;
  /** Milliseconds that onnxruntime has computed so far; what passes besides is waiting and handing over. */
  busyMs(): number;
  close(): Promise<void>;
}

/** Bundles lie beside each other; of sources tsx makes a module first. */
const openThread = (): Worker => {
  const bundle = join(import.meta.dirname, 'lane-thread.mjs');
  if (existsSync(bundle)) return new Worker(bundle);
  const source = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'lane-thread.ts')).href);
  return new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${source}, ${source}))`, { eval: true });
};

const refused = (part: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_RUNTIME_SESSION', { where: `part '${part}' on a lane`, got });

/** The same elements, in shared memory already or as a copy there. */
const sharedOf = ({ type, dims, data }: Tensor): Shared => {
  if (data.buffer instanceof SharedArrayBuffer) return { type, dims, data };
  const Elements = data.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  const copy = new Elements(new SharedArrayBuffer(data.byteLength));
  copy.set(data as never);
  return { type, dims, data: copy };
};

/** Questions to a thread, each with its answer. */
class Asked {
  readonly #worker: Worker;
  readonly #open = new Map<
    number,
    { readonly done: (said: FromLane) => void; readonly fail: (error: Error) => void }
  >();
  #ids = 0;

  constructor() {
    this.#worker = openThread();
    this.#worker.on('message', (said: FromLane) => {
      this.#open.get(said.id)?.done(said);
      this.#open.delete(said.id);
    });
    this.#worker.on('error', (error) => this.#failAll(error));
    this.#worker.on('exit', () => this.#failAll(new Error('the thread has ended')));
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#open.values()) fail(error);
    this.#open.clear();
  }

  ask(message: (id: number) => ToLane): Promise<FromLane> {
    this.#ids += 1;
    const id = this.#ids;
    return new Promise((done, fail) => {
      this.#open.set(id, { done, fail });
      this.#worker.postMessage(message(id));
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** As `compile` has them for inference. */
const optionsOf = (threads: number): Extract<ToLane, { kind: 'open' }>['options'] => ({
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: QUIET,
});

/** Opens a thread, and in it a session for each part. */
export const openLane = async (
  graphs: ReadonlyMap<string, Graph>,
  { threads = 1 }: LaneOptions = {},
): Promise<Lane> => {
  const asked = new Asked();
  let busy = 0;
  const said = async (part: string, message: (id: number) => ToLane): Promise<Readonly<Record<string, Shared>>> => {
    const answer = await asked.ask(message).catch((error: Error) => ({ error: error.message }));
    if ('error' in answer) throw refused(part, answer.error);
    busy += answer.busyMs;
    return answer.results;
  };
  try {
    for (const [part, graph] of graphs) {
      const model = encode(lower(graph));
      await said(part, (id) => ({ kind: 'open', id, part, model, options: optionsOf(threads) }));
    }
  } catch (error) {
    await asked.close();
    throw error;
  }
  return {
    run: async (part, feeds) => {
      const graph = graphs.get(part);
      if (!graph) throw refused(part, `no such part here: ${[...graphs.keys()].join(', ')}`);
      const given = graph.inputs.map(({ name }) => {
        const value = feeds[name];
        if (value) return [name, sharedOf(value)] as const;
        throw refused(part, `nothing for input '${name}'`);
      });
      const results = await said(part, (id) => ({ kind: 'run', id, part, feeds: Object.fromEntries(given) }));
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, dims, data }]) => [
          name,
          tensor(type as Tensor['type'], dims, data as TypedArray),
        ]),
      );
    },
    busyMs: () => busy,
    close: () => asked.close(),
  };
};
