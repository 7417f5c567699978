/** Outputs that are written and not handed back, against those that are. */
import { floats, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile, type Session } from '@topiary/runtime';
import { expect, it } from 'vitest';
import { freeUnused } from '../../../packages/runtime/src/memory.js';
import { random } from '../lowering/_support.js';

const LENGTH = 2 ** 20;
const RUNS = 8;

/** w' = w - x and the sum of x: one output as large as the input, one of a number. */
const step = (): Promise<Session> => {
  const b = createBuilder();
  const [w, x] = [b.input('w', 'float32', [LENGTH]), b.input('x', 'float32', [LENGTH])];
  b.output(b.op('ReduceSum', [x]), 'sum');
  b.output(b.op('Sub', [w, x]), 'next');
  return compile(b.build('step'), { provider: 'cpu', threads: 1 }, [{ input: 'w', output: 'next' }]);
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

const places = () => ({ sum: floats([0]), next: floats(new Float32Array(LENGTH)) });

/** Bytes that JavaScript's arrays take more than before. */
const grown = async (body: () => Promise<unknown>): Promise<number> => {
  // what earlier tests left would go meanwhile
  freeUnused();
  const before = process.memoryUsage().arrayBuffers;
  await body();
  return process.memoryUsage().arrayBuffers - before;
};

it('hold the same bits, under their own names', async () => {
  const session = await step();
  const feeds = { w: random(1, [LENGTH]), x: random(2, [LENGTH]) };
  const expected = await session.run(feeds);
  expect(expected['next']!.data[5]).toBe(Math.fround(Number(feeds.w.data[5]) - Number(feeds.x.data[5])));
  const written = places();
  await session.runInto(written, feeds);
  for (const [name, { data }] of Object.entries(written))
    expect(Buffer.compare(bytesOf(data), bytesOf(expected[name]!.data)), name).toBe(0);
  await session.release();
});

it('may be what the run reads, and then it is written over', async () => {
  const session = await step();
  expect(session.inPlace([{ input: 'w', output: 'next' }])).toHaveLength(1);
  const w = floats(new Float32Array(LENGTH).fill(7));
  const x = floats(new Float32Array(LENGTH).fill(2));
  for (let i = 0; i < 3; i += 1) await session.runInto({ ...places(), next: w }, { w, x });
  expect(toNumbers(w).every((value) => value === 1)).toBe(true);
  await session.release();
});

it('are not copied', async () => {
  const session = await step();
  const [written, feeds] = [places(), { w: random(1, [LENGTH]), x: random(2, [LENGTH]) }];
  const held: unknown[] = [];
  // what is handed back is a copy: without one of the two assertions the other says nothing
  expect(
    await grown(async () => {
      for (let i = 0; i < RUNS; i += 1) held.push(await session.run(feeds));
    }),
  ).toBeGreaterThan((RUNS / 2) * 4 * LENGTH);
  expect(
    await grown(async () => {
      for (let i = 0; i < RUNS; i += 1) held.push(await session.runInto(written, feeds));
    }),
  ).toBeLessThan(4 * LENGTH);
  await session.release();
});

it('leave what goes wrong as it is', async () => {
  const session = await step();
  await expect(session.runInto(places(), { w: random(1, [LENGTH]), x: random(1, [3]) })).rejects.toThrow(
    expect.objectContaining({
      code: 'TOPIARY_RUNTIME_SESSION',
      message: expect.stringContaining('invalid dimensions'),
    }),
  );
  await session.release();
});
