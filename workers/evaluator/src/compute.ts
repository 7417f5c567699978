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

/** Rows of `values` in the order given. */
const rowsIn = (values: Float32Array, order: Int32Array): Float32Array => {
  const width = values.length / order.length;
  const out = new Float32Array(values.length);
  order.forEach((from, to) => {
    out.set(values.subarray(from * width, (from + 1) * width), to * width);
  });
  return out;
};

const inverseOf = (order: Int32Array): Int32Array => {
  const inverse = new Int32Array(order.length);
  order.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
};

const onlyInput = (feeds: Feeds): Tensor => {
  const [first, second] = Object.values(feeds);
  if (first?.data instanceof Float32Array && !second) return first;
  throw new TopiaryError('TOPIARY_GATE_INPUT', {
    where: 'the uploaded network',
    expected: 'one input of float32',
    got: Object.keys(feeds).join(', '),
  });
};

/** An uploaded network sees examples in an order of ours and answers with outputs in the order of the base's. */
export const remoteCompute = (context: ComputeContext, runner: Runner): Compute => ({
  pause: pauseOf(context),
  open: async (pipeline) => {
    const names = graphOf(pipeline).outputs.map(({ name }) => name);
    const run: RunPart = async (_, feeds) => {
      const { dims, data } = onlyInput(feeds);
      const order = permutation(dims[0]!);
      const inverse = inverseOf(order);
      const outputs = await runner.answer(rowsIn(data as Float32Array, order), dims[0]!);
      const isAnswer = outputs.length === names.length && outputs.every((one) => one.dims[0] === dims[0]);
      if (isAnswer) {
        const named = outputs.map((one, i) => [names[i]!, floats(rowsIn(one.data, inverse), one.dims)] as const);
        return Object.fromEntries(named);
      }
      throw new TopiaryError('TOPIARY_GATE_OUTPUT', {
        where: 'the uploaded network',
        expected: names.map((name) => `${name} [${dims[0]}, …]`).join(', '),
        got: outputs.map((one) => `[${one.dims}]`).join(', '),
      });
    };
    return { run, release: async () => undefined };
  },
});
