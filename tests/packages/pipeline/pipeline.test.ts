/** Pipelines: what is refused before anything is computed, what a schedule costs, and that merging changes no number. */
import { floats, type Graph, int } from '@topiary/onnx';
import { count, createBuilder } from '@topiary/ops';
import {
  assertPipeline,
  type Call,
  fillPorts,
  initializersOf,
  merge,
  type Pipeline,
  pipelineCosts,
  play,
  portsOf,
  readManifest,
  single,
  split,
  writeManifest,
} from '@topiary/pipeline';
import { materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';

/** y = x W, and t times as much where a factor is asked for. */
const linear = (name: string, weight: string, from: number, to: number): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', from]);
  b.output(b.op('MatMul', [x, b.parameter(weight, [from, to], { rule: 'kaiming-normal', fan: from })]), 'y');
  return materialize(b.build(name), 3);
};

const A = linear('a', 'W', 4, 4);
const parts = (graphs: Readonly<Record<string, Graph>>) =>
  new Map(Object.entries(graphs).map(([id, graph]) => [id, { graph, ports: portsOf(graph) }]));
const call = (part: string, from: string, to: string, lane = 0): Call => ({
  part,
  in: { x: from },
  out: { y: to },
  lane,
});
const pipeline = (calls: readonly Call[], graphs: Readonly<Record<string, Graph>> = { a: A, b: A }): Pipeline => ({
  parts: parts(graphs),
  schedule: { given: ['in'], results: ['out'], stretches: [{ steps: 3, calls }] },
});

describe('a pipeline is refused before anything is computed', () => {
  const wide = linear('wide', 'V', 7, 4);
  const cases: readonly (readonly [string, Pipeline, string, RegExp])[] = [
    ['a part that is not there', pipeline([call('c', 'in', 'out')]), 'TOPIARY_PIPELINE_PART', /one of a, b; got c/],
    [
      'a slot that is read before it is written',
      pipeline([call('a', 'other', 'out')]),
      'TOPIARY_PIPELINE_SCHEDULE',
      /slot 'other'/,
    ],
    [
      'a slot of another lane in the first step',
      pipeline([call('a', 'in', 'mid', 0), call('b', 'mid', 'out', 1)]),
      'TOPIARY_PIPELINE_SCHEDULE',
      /slot 'mid'/,
    ],
    ['a result that nobody writes', pipeline([call('a', 'in', 'mid')]), 'TOPIARY_PIPELINE_SCHEDULE', /slot 'out'/],
    [
      'a port without a slot',
      pipeline([{ ...call('a', 'in', 'out'), in: {} }]),
      'TOPIARY_PIPELINE_SCHEDULE',
      /port 'x'/,
    ],
    [
      'an output that there is not',
      pipeline([{ ...call('a', 'in', 'out'), out: { z: 'out' } }]),
      'TOPIARY_PIPELINE_SCHEDULE',
      /outputs of part 'a'/,
    ],
    [
      'a value of another shape',
      pipeline([call('a', 'in', 'mid'), call('w', 'mid', 'out')], { a: A, w: wide }),
      'TOPIARY_PIPELINE_PORT',
      /expected float32\[N,7\]; got float32\[N,4\]/,
    ],
    [
      'a schedule of no steps',
      { ...pipeline([]), schedule: { given: [], results: [], stretches: [] } },
      'TOPIARY_PIPELINE_SCHEDULE',
      /at least one step/,
    ],
    ['no parts', { ...pipeline([]), parts: new Map() }, 'TOPIARY_PIPELINE_PART', /at least one part/],
    [
      "a part whose name would be the beginning of another's values",
      pipeline([call('a/b', 'in', 'out')], { 'a/b': A }),
      'TOPIARY_PIPELINE_PART',
      /a name without '\/'/,
    ],
    [
      'a value of another shape that the step before wrote',
      {
        parts: parts({ a: A, b: linear('b', 'V', 4, 7) }),
        schedule: {
          given: ['in'],
          results: ['kept'],
          stretches: [
            { steps: 1, calls: [call('a', 'in', 'kept')] },
            { steps: 2, calls: [call('b', 'kept', 'kept')] },
          ],
        },
      },
      'TOPIARY_PIPELINE_PORT',
      /step 2, port 'x' of part 'b'; expected float32\[N,4\]; got float32\[N,7\]/,
    ],
    [
      'a port of another width',
      {
        ...single(A),
        parts: new Map([['network', { graph: A, ports: portsOf(linear('wide', 'V', 9, 4)) }]]),
      },
      'TOPIARY_PIPELINE_PORT',
      /expected float32\[N,4\]; got float32\[N,9\]/,
    ],
  ];
  it.each(cases)('%s', (_, bad, code, words) => {
    expect(() => assertPipeline(bad)).toThrow(expect.objectContaining({ code }));
    expect(() => assertPipeline(bad)).toThrow(words);
  });

  it('a port of the wrong type', () => {
    const { graph, ports } = single(A).parts.get('network')!;
    const wrong = {
      ...single(A),
      parts: new Map([['network', { graph, ports: [{ ...ports[0]!, type: 'int64' as const }] }]]),
    };
    expect(() => assertPipeline(wrong)).toThrow(expect.objectContaining({ code: 'TOPIARY_PIPELINE_PORT' }));
    expect(() => assertPipeline(single(A))).not.toThrow();
  });
});

it('takes a given slot for written anew by the task, whatever a step before left in it', () => {
  const over: Pipeline = {
    parts: parts({ a: A, b: linear('b', 'V', 4, 7) }),
    schedule: {
      given: ['in'],
      results: ['in'],
      stretches: [
        { steps: 1, calls: [call('b', 'in', 'in')] },
        { steps: null, calls: [call('a', 'in', 'in')] },
      ],
    },
  };
  expect(() => assertPipeline(over)).not.toThrow();
});

describe('the interpreter', () => {
  it('keeps slots from step to step, and lanes see what stood there when the step began', async () => {
    const lanes = pipeline([call('a', 'in', 'mid', 0), call('b', 'mid', 'out', 1)]);
    const started = {
      ...lanes,
      schedule: {
        ...lanes.schedule,
        stretches: [
          { steps: 1, calls: [call('a', 'in', 'mid'), call('b', 'mid', 'out')] },
          ...lanes.schedule.stretches,
        ],
      },
    };
    assertPipeline(started);
    const seen: string[] = [];
    const player = play(started, async (part, { x }) => {
      seen.push(`${part} ${x!.data[0]}`);
      return { y: floats([10 * Number(x!.data[0])], [1, 1]) };
    });
    const results = [];
    for (const value of [1, 2, 3]) results.push((await player.step({ in: floats([value], [1, 1]) }))['out']!.data[0]);
    expect(seen).toEqual(['a 1', 'b 10', 'a 2', 'b 10', 'a 3', 'b 20']);
    expect(results).toEqual([100, 100, 200]);
  });

  it('begins all lanes of a step before it waits for one of them, and says which lane a call is of', async () => {
    const lanes = pipeline([call('a', 'in', 'out', 0), call('b', 'in', 'mid', 3)]);
    const events: string[] = [];
    const player = play(lanes, async (part, { x }, lane) => {
      events.push(`${part} begins on ${lane}`);
      await new Promise((resolve) => setTimeout(resolve, part === 'a' ? 20 : 1));
      events.push(`${part} ends`);
      return { y: x! };
    });
    await player.step({ in: floats([1], [1, 1]) });
    expect(events).toEqual(['a begins on 0', 'b begins on 3', 'b ends', 'a ends']);
  });

  it('leaves the value of the last lane where two write one slot, whichever ends first', async () => {
    const both = pipeline([call('a', 'in', 'out', 0), call('b', 'in', 'out', 1)]);
    const player = play(both, async (part) => {
      await new Promise((resolve) => setTimeout(resolve, part === 'a' ? 20 : 1));
      return { y: floats([part === 'a' ? 1 : 2], [1, 1]) };
    });
    expect((await player.step({ in: floats([1], [1, 1]) }))['out']!.data[0]).toBe(2);
  });

  it('shows slots that look ahead what the task will give a step later, in the last step what it gives', async () => {
    const sees: Pipeline = pipeline([call('a', 'later', 'out')]);
    const ahead = { ...sees, schedule: { ...sees.schedule, ahead: { later: 'in' } } };
    assertPipeline(ahead);
    const echo = async (_: string, { x }: Readonly<Record<string, ReturnType<typeof floats>>>) => ({ y: x! });
    const player = play(ahead, echo as never);
    const given = (value: number) => ({ in: floats([value], [1, 1]) });
    const seen = [await player.step(given(1), given(2)), await player.step(given(2), null)];
    expect(seen.map(({ out }) => out!.data[0])).toEqual([2, 2]);
    // a task that knows nothing in advance cannot play it
    await expect(play(ahead, echo as never).step(given(1))).rejects.toMatchObject({
      code: 'TOPIARY_PIPELINE_SCHEDULE',
      details: { where: "slot 'later'" },
    });
    const wrong = { ...sees, schedule: { ...sees.schedule, ahead: { later: 'out' } } };
    expect(() => assertPipeline(wrong)).toThrow(expect.objectContaining({ code: 'TOPIARY_PIPELINE_SCHEDULE' }));
  });
});

describe('costs', () => {
  it('are those of the calls: by step, by trajectory, along the longest lane; what parts share counts once', () => {
    const small = linear('small', 'V', 4, 2);
    const both: Pipeline = {
      parts: parts({ a: A, b: A, s: small }),
      schedule: {
        given: ['in'],
        results: ['out'],
        stretches: [
          { steps: 1, calls: [call('a', 'in', 'mid'), call('b', 'mid', 'out')] },
          { steps: 4, calls: [call('a', 'in', 'mid', 0), call('s', 'mid', 'tail', 1)] },
        ],
      },
    };
    const [a, s] = [count(A).pure, count(small).pure];
    expect(pipelineCosts(both, 'pure')).toEqual({
      params: 16 + 8,
      macs: (2 * a + 4 * (a + s)) / 5,
      trajectoryMacs: 2 * a + 4 * (a + s),
      criticalMacs: 2 * a + 4 * a,
      steps: 5,
      slotBytes: 4 * 4,
    });
    // what is kept of a type has its size, and rows that come from one example are all of them
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 4]);
    const picked = b.op('ArgMax', [b.op('Reshape', [x, b.int64s([-1, 2])])], { axis: int(1), keepdims: int(0) });
    b.output(picked, 'y');
    const halves = b.build('halves');
    const later = createBuilder();
    later.output(later.op('Cast', [later.input('x', 'int64', halves.outputs[0]!.shape)], { to: int(1) }), 'y');
    const kept: Pipeline = {
      parts: parts({ h: halves, l: later.build('later') }),
      schedule: {
        given: ['in'],
        results: ['out'],
        stretches: [
          { steps: 1, calls: [call('h', 'in', 'mid'), call('l', 'mid', 'out')] },
          { steps: 1, calls: [call('l', 'mid', 'out')] },
        ],
      },
    };
    assertPipeline(kept);
    expect(pipelineCosts(kept, 'pure').slotBytes).toBe(2 * 8);
    expect(pipelineCosts(single(A), 'pure')).toMatchObject({
      macs: a,
      trajectoryMacs: null,
      steps: null,
      slotBytes: 0,
    });
  });
});

describe('merging', () => {
  const two = pipeline([call('a', 'in', 'mid'), call('b', 'mid', 'out')]);
  it('computes what the parts compute, and splitting gives them back with what was changed', async () => {
    const merged = merge(two);
    const x = floats([1, 2, 3, 4], [1, 4]);
    const y = (await runOnnx(A, { x }))['y']!.data;
    const both = await runOnnx(merged, { 'a/x': x, 'b/x': x });
    expect([both['a/y']!.data, both['b/y']!.data]).toEqual([y, y]);
    expect([...merged.initializers.keys()]).toEqual(['W']);
    const doubled = new Map(
      [...merged.initializers].map(([name, one]) => [
        name,
        { ...one, source: { kind: 'data', data: new Float32Array(16).fill(2) } } as const,
      ]),
    );
    const after = split({ ...merged, initializers: doubled }, two);
    for (const { graph } of after.parts.values())
      expect((await runOnnx(graph, { x }))['y']!.data).toEqual(Float32Array.of(20, 20, 20, 20));
    assertPipeline(after);
  });

  it('leaves initialisers whose names begin with that of a part', () => {
    const graphs = { a: linear('a', 'a/W', 4, 4), b: linear('b', 'a/V', 4, 4) };
    const scoped = pipeline([call('a', 'in', 'mid'), call('b', 'mid', 'out')], graphs);
    const after = split(merge(scoped), scoped);
    expect(after.parts.get('a')!.graph).toEqual(graphs.a);
    expect(after.parts.get('b')!.graph).toEqual(graphs.b);
  });

  it('refuses an initialiser that is called as a value of another part would be, and a pipeline without parts', () => {
    const calls = [call('a', 'in', 'mid'), call('b', 'mid', 'out')];
    const clash = pipeline(calls, { a: A, b: linear('b', 'a/x', 4, 4) });
    for (const bad of [clash, { ...clash, parts: new Map() }])
      expect(() => merge(bad)).toThrow(expect.objectContaining({ code: 'TOPIARY_PIPELINE_PART' }));
  });

  it('of one part is the graph itself', () => {
    expect(merge(single(A))).toBe(A);
    expect([...split(A, single(A)).parts.values()][0]!.graph).toBe(A);
  });

  it('refuses one name for two tensors', () => {
    const other = pipeline([call('a', 'in', 'mid'), call('b', 'mid', 'out')], { a: A, b: linear('b', 'W', 4, 3) });
    expect(() => initializersOf(other)).toThrow(expect.objectContaining({ code: 'TOPIARY_PIPELINE_PART' }));
  });
});

describe('ports', () => {
  it('are filled with something valid of their type, anew only where they say so', () => {
    const port = { name: 't', type: 'int64', shape: ['N'], fill: { kind: 'below', limit: 5 }, anew: true } as const;
    const [first, again, next] = [fillPorts([port], 50), fillPorts([port], 50), fillPorts([port], 50, 1)];
    const values = [...(first['t']!.data as BigInt64Array)].map(Number);
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBe(4);
    expect(again).toEqual(first);
    expect(next).not.toEqual(first);
    expect(fillPorts([{ ...port, anew: false }], 50, 1)).toEqual(fillPorts([{ ...port, anew: false }], 50));
  });
});

describe('a manifest', () => {
  const sha = 'a'.repeat(64);
  const { schedule } = pipeline([call('a', 'in', 'out')]);
  it('is read as it was written; an ONNX file is none', () => {
    expect(readManifest(writeManifest({ a: sha }, schedule))).toEqual({
      format: 'topiary-pipeline/1',
      parts: { a: sha },
      schedule,
    });
    expect(readManifest(Uint8Array.of(8, 9, 18))).toBeNull();
  });
  it.each([
    '{',
    '{}',
    '{"format":"topiary-pipeline/2"}',
    `{"format":"topiary-pipeline/1","parts":{"a":"b"},"schedule":{}}`,
  ])('%s is refused', (text) => {
    expect(() => readManifest(new TextEncoder().encode(text))).toThrow(
      expect.objectContaining({ code: 'TOPIARY_PIPELINE_SCHEDULE' }),
    );
  });
});
