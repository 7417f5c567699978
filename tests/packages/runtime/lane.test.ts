/** Lanes: threads that say what a session of this process says, from and into shared memory. */
import { floats, type Graph, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile, openLane } from '@topiary/runtime';
import { materialize } from '@topiary/zoo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROWS = 3;

/** y = relu(x W), z = the rows of a table. */
const graph = (seed: number): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 8]);
  const t = b.input('t', 'int64', ['N']);
  b.output(b.op('Relu', [b.op('MatMul', [x, b.parameter('W', [8, 5], { rule: 'normal', std: 1 })])]), 'y');
  b.output(b.op('Gather', [b.parameter('table', [6, 2], { rule: 'normal', std: 1 }), t]), 'z');
  return materialize(b.build('lane'), seed);
};

const feeds = {
  x: floats(
    Float32Array.from({ length: ROWS * 8 }, (_, i) => Math.sin(i)),
    [ROWS, 8],
  ),
  t: tensor('int64', [ROWS], BigInt64Array.of(5n, 0n, 2n)),
};

describe('a lane', () => {
  const graphs = new Map([
    ['one', graph(1)],
    ['two', graph(2)],
  ]);
  let lane: Awaited<ReturnType<typeof openLane>>;
  beforeAll(async () => {
    lane = await openLane(graphs);
  });
  afterAll(() => lane.close());

  it.each(['one', 'two'])('says of part %s what a session of this process says', async (part) => {
    const session = await compile(graphs.get(part)!, { provider: 'cpu', threads: 1, level: 'all' });
    const [own, theirs] = [await session.run(feeds), await lane.run(part, feeds)];
    await session.release();
    for (const name of ['y', 'z']) {
      expect(theirs[name]!.dims).toEqual(own[name]!.dims);
      expect([...(theirs[name]!.data as Float32Array)]).toEqual([...(own[name]!.data as Float32Array)]);
    }
    expect(lane.busyMs()).toBeGreaterThan(0);
  });

  it('leaves its answers in shared memory of their own, which the next call does not write over', async () => {
    const { y } = await lane.run('one', feeds);
    expect(y!.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    const before = [...(y!.data as Float32Array)];
    const again = await lane.run('one', { ...feeds, x: floats(new Float32Array(ROWS * 8), [ROWS, 8]) });
    expect([...(y!.data as Float32Array)]).toEqual(before);
    expect([...(again['y']!.data as Float32Array)]).toEqual(new Array(ROWS * 5).fill(0));
  });

  it('answers several calls in their order, and two lanes side by side', async () => {
    const other = await openLane(graphs);
    const [a, b, c] = await Promise.all([lane.run('one', feeds), lane.run('two', feeds), other.run('one', feeds)]);
    await other.close();
    expect([...(a['y']!.data as Float32Array)]).toEqual([...(c['y']!.data as Float32Array)]);
    expect(a['y']!.data).not.toEqual(b['y']!.data);
  });

  it('refuses what it cannot run, and goes on', async () => {
    const bad = { ...feeds, x: floats(new Float32Array(ROWS * 7), [ROWS, 7]) };
    const code = 'TOPIARY_RUNTIME_SESSION';
    await expect(lane.run('one', bad)).rejects.toMatchObject({ code });
    await expect(lane.run('one', { x: feeds.x })).rejects.toMatchObject({ code });
    await expect(lane.run('three', feeds)).rejects.toMatchObject({ code });
    expect((await lane.run('one', feeds))['y']!.dims).toEqual([ROWS, 5]);
  });

  it('that is closed while it computes says so', async () => {
    const other = await openLane(graphs);
    const asked = other.run('one', feeds);
    await other.close();
    await expect(asked.catch((error: { code: string }) => error.code)).resolves.toSatisfy(
      (said) => said === 'TOPIARY_RUNTIME_SESSION' || typeof said === 'object',
    );
  });
});
