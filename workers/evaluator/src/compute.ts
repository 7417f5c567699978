/** What computes the parts of a pipeline: sessions of this process, or the sandbox in which an uploaded network lives. */
import { randomInt } from 'node:crypto';
import { TopiaryError } from '@topiary/errors';
import { floats, type Tensor } from '@topiary/onnx';
import { type Feeds, graphOf, type RunPart } from '@topiary/pipeline';
import { compile } from '@topiary/runtime';
import type { Compute } from '@topiary/tasks';
import type { RunContext } from './run-context.js';
import type { Runner } from './runner.js';

type ComputeContext = Pick<RunContext, 'compile' | 'lock' | 'signal'>;

const aborted = (signal: AbortSignal): void => {
  if (signal.aborted) throw new TopiaryError('TOPIARY_RUNTIME_ABORTED', { where: 'the run' });
};

/** Waits while somebody measures on this machine, and notices a cancel. */
export const pauseOf =
  ({ lock, signal }: Pick<ComputeContext, 'lock' | 'signal'>) =>
  async (): Promise<void> => {
    await lock.pause(signal);
    aborted(signal);
  };

/** A session for each part, compiled when it is first called. */
export const ownCompute = (context: ComputeContext): Compute => ({
  pause: pauseOf(context),
  open: async ({ parts }) => {
    const sessions = new Map<string, ReturnType<typeof compile>>();
    const sessionOf = (part: string) => {
      const known = sessions.get(part);
      if (known) return known;
      const made = compile(parts.get(part)!.graph, { ...context.compile, level: 'all' });
      sessions.set(part, made);
      return made;
    };
    return {
      run: async (part, feeds) => (await sessionOf(part)).run(feeds),
      release: async () => {
        for (const session of sessions.values()) await (await session).release();
      },
    };
  },
});

/** Another order for every run, and nobody else knows it: the place of an example in its batch tells nothing. */
const permutation = (size: number): Int32Array => {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i -= 1) {
    const k = randomInt(i + 1);
    [order[i], order[k]] = [order[k]!, order[i]!];
  }
  return order;
};

/** Rows of a tensor in the order given. */
const rowsIn = (tensor: Tensor, order: Int32Array): Tensor => {
  const { data } = tensor;
  const width = data.length / order.length;
  const out = data.slice() as Float32Array;
  order.forEach((from, to) => {
    out.set((data as Float32Array).subarray(from * width, (from + 1) * width), to * width);
  });
  return { ...tensor, data: out } as Tensor;
};

const inverseOf = (order: Int32Array): Int32Array => {
  const inverse = new Int32Array(order.length);
  order.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
};

/** Examples of a call; every input has as many. */
const examplesOf = (feeds: Feeds): number => {
  const [first, ...rest] = Object.values(feeds);
  const size = first?.dims[0];
  if (size !== undefined && rest.every(({ dims }) => dims[0] === size)) return size;
  const got = Object.entries(feeds).map(([name, { dims }]) => `${name} [${dims}]`);
  throw new TopiaryError('TOPIARY_GATE_INPUT', {
    where: 'the uploaded network',
    expected: 'inputs with as many examples each',
    got: got.join(', ') || 'none',
  });
};

const mapped = (feeds: Feeds, body: (tensor: Tensor) => Tensor): Feeds =>
  Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, body(tensor)]));

/** Whoever asks the sandbox waits until it has answered whoever asked before. */
const turns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(body: () => Promise<T>): Promise<T> => {
    const next = last.then(body);
    last = next.catch(() => undefined);
    return next;
  };
};

/** An uploaded network sees examples in an order of ours and answers with outputs in the order of the base's. */
export const remoteCompute = (context: ComputeContext, runner: Runner): Compute => ({
  pause: pauseOf(context),
  own: ownCompute(context),
  open: async (pipeline) => {
    const names = graphOf(pipeline).outputs.map(({ name }) => name);
    const inTurn = turns();
    const run: RunPart = async (_, feeds) => {
      const size = examplesOf(feeds);
      const order = permutation(size);
      const inverse = inverseOf(order);
      const outputs = await inTurn(() => runner.answer(mapped(feeds, (tensor) => rowsIn(tensor, order))));
      const isAnswer = outputs.length === names.length && outputs.every((one) => one.dims[0] === size);
      if (isAnswer) {
        const named = outputs.map(({ data, dims }, i) => [names[i]!, rowsIn(floats(data, dims), inverse)] as const);
        return Object.fromEntries(named);
      }
      throw new TopiaryError('TOPIARY_GATE_OUTPUT', {
        where: 'the uploaded network',
        expected: names.map((name) => `${name} [${size}, …]`).join(', '),
        got: outputs.map((one) => `[${one.dims}]`).join(', '),
      });
    };
    return { run, release: async () => undefined };
  },
});
