/** The whole server and an uploaded network: pruned by our own tools, sent in pieces, verified, fine-tuned, ranked. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import type { Leaderboard, Result, Submission, Upload } from '@topiary/contracts';
import { methodOf, scoreGroups } from '@topiary/methods';
import { decode, encode, int } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { applyPlan, findGroups, plan } from '@topiary/pruning';
import { importModel } from '@topiary/zoo';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TestServer, until } from '../helpers/server.js';
import { network } from '../helpers/untrained-network.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const shipped = SHIPPED.find(({ model, dataset }) => BOARD.endsWith(`${model}.${dataset}`))!;

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ env: { TOPIARY_STARTERS: 'none' } });
});
afterAll(async () => {
  await server.stop();
  rmSync(server.home, { recursive: true, force: true });
});

const dense = readFileSync(shippedPath(shipped.sha256));

/** By magnitude, as a recipe does it that says nothing else. */
const prunedTo = (speedup: number, base: Uint8Array = dense): Uint8Array => {
  const model = importModel(base, { input: [3, 32, 32], classes: 10 });
  const dependencies = findGroups(model);
  const params = { reduce: 'mean', normalise: 'mean', code_compat: false, bias: false };
  const scores = scoreGroups(methodOf('criterion', 'magnitude-l2'), model, dependencies.groups, {
    params,
    rng: () => 0.5,
  });
  const target = { value: speedup, counter: 'published' as const };
  const found = plan(dependencies, scores, { target, scope: 'global', protection: 0.1, roundTo: 1 });
  return encode(applyPlan(model, dependencies, found).graph);
};

/** In two pieces, as a client does that was interrupted. */
const upload = async (bytes: Uint8Array): Promise<string> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { id, complete } = await server.call<Upload>('POST', '/uploads', {
    bytes: bytes.length,
    sha256,
    name: 'p.onnx',
  });
  if (complete) return sha256;
  const half = Math.floor(bytes.length / 2);
  for (const [from, to] of [
    [0, half],
    [half, bytes.length],
  ] as const) {
    const answer = await fetch(`${server.url}/api/v1/uploads/${id}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${server.key}`,
        'content-type': 'application/octet-stream',
        'upload-offset': String(from),
      },
      body: Uint8Array.from(bytes.subarray(from, to)),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return sha256;
};

const done = (id: string) =>
  until('the run to end', 180_000, async () => {
    const submission = await server.submission(id);
    return ['done', 'failed', 'cancelled'].includes(submission.state) && submission;
  });

const rows = async (method: string) =>
  (await server.call<Leaderboard>('GET', `/boards/${BOARD}/leaderboard`)).rows.filter(({ label }) => label === method);

it('a network that was pruned elsewhere is verified, measured, and appears as a row of its division', async () => {
  const file = await upload(prunedTo(2));
  const body = {
    kind: 'pruned-models',
    board: BOARD,
    method: 'my-method',
    licence: 'MIT',
    division: 'open',
    models: [{ target: '2x', file }],
  };
  const { id } = await server.call<Submission>('POST', '/submissions', body);
  const run = (await done(id)).runs[0]!;
  expect([run.state, run.problem]).toEqual(['done', null]);
  const result = run.result!;
  expect(result.achieved).toBeGreaterThanOrEqual(2);
  expect(result.macs.published.base / result.macs.published.left).toBeCloseTo(result.achieved, 6);
  expect(result.widths.some(({ before, after }) => after < before)).toBe(true);
  const phases = result.metrics.map(({ id: metric, phase }) => `${metric}/${phase}`);
  expect(phases).toEqual(expect.arrayContaining(['top1/base', 'top1/pruned', 'top1/finetuned']));
  const [row] = await rows('my-method');
  expect(row).toMatchObject({ division: 'open', provenance: 'measured', submission: id });
  const model = result.artefacts.find(({ kind }) => kind === 'model')!;
  const bytes = new Uint8Array(await (await fetch(`${server.url}/api/v1/artefacts/${model.sha256}`)).arrayBuffer());
  expect(decode(bytes).nodes.length).toBeGreaterThan(0);
});

it('in the closed division it is fine-tuned to the outcome that a recipe has which prunes the same channels', async () => {
  const base = encode(network());
  const board = 'classification.my-net.shapes32';
  const opened = await server.call<Submission>('POST', '/submissions', {
    kind: 'import',
    model: await upload(base),
    name: 'my-net',
    dataset: 'shapes32',
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  });
  expect((await done(opened.id)).runs[0]!.problem).toBeNull();
  // at once, as the file was made: the board's own solver would estimate anew on the way
  const recipe = { criterion: 'magnitude-l2', scope: 'global', prune: { solve: 'bisect' } };
  const models = [{ target: '2x', file: await upload(prunedTo(2, base)) }];
  const about = { method: 'same-channels', licence: 'MIT', division: 'closed' };
  const [ours, theirs] = await Promise.all(
    [
      { kind: 'recipe', board, recipe, targets: ['2x'], seeds: [3] },
      { kind: 'pruned-models', board, ...about, models, seeds: [3] },
    ].map(async (body) => {
      const { id } = await server.call<Submission>('POST', '/submissions', body);
      const run = (await done(id)).runs[0]!;
      expect(run.problem).toBeNull();
      return run.result!;
    }),
  );
  const outcome = ({ metrics }: Result, id: string) =>
    metrics.flatMap((metric) => (metric.id === id ? [[metric.phase, metric.value] as const] : []));
  expect(outcome(theirs!, 'top1')).toEqual(outcome(ours!, 'top1'));
  expect(theirs!.widths.map(({ after }) => after)).toEqual(ours!.widths.map(({ after }) => after));
  expect(theirs!.macs).toEqual(ours!.macs);
  // Chance is 10 %: the network came untrained, and 200 steps teach it something.
  const [pruned, finetuned] = ['pruned', 'finetuned'].map((phase) =>
    new Map(outcome(theirs!, 'loss')).get(phase as never),
  );
  expect(finetuned).toBeLessThan(pruned! - 0.05);
  const [row] = (await server.call<Leaderboard>('GET', `/boards/${board}/leaderboard`)).rows.filter(
    ({ label }) => label === 'same-channels',
  );
  expect(row).toMatchObject({ division: 'closed', provenance: 'measured', seeds: [3] });
});

it('a network that is not as small as it says is refused, and the worker goes on', async () => {
  const file = await upload(prunedTo(2));
  const body = {
    kind: 'pruned-models',
    board: BOARD,
    method: 'boaster',
    licence: 'MIT',
    models: [{ target: '4x', file }],
  };
  const { id } = await server.call<Submission>('POST', '/submissions', body);
  const submission = await done(id);
  expect([submission.state, submission.runs[0]!.problem?.code]).toEqual(['failed', 'TOPIARY_GATE_NOT_SMALLER']);
  expect(await rows('boaster')).toEqual([]);
});

it('a file that the gate refuses makes no submission', async () => {
  const file = await upload(new TextEncoder().encode('# a text'));
  const body = {
    kind: 'pruned-models',
    board: BOARD,
    method: 'text',
    licence: 'MIT',
    models: [{ target: '2x', file }],
  };
  await expect(server.call('POST', '/submissions', body)).rejects.toThrow(/422 .*TOPIARY_GATE_NOT_ONNX/);
});

it('an uploaded criterion prunes the network by its scores, in the ordinary run of a recipe', async () => {
  const b = createBuilder();
  const magnitudes = b.op('Abs', [b.input('weight', 'float32', ['K', 'M'])]);
  b.output(b.op('ReduceSum', [magnitudes, b.int64s([1])], { keepdims: int(0) }), 'score');
  const file = await upload(encode(b.build('scoring')));
  const recipe = { finetune: { steps: 5, batch: 32 } };
  const body = {
    kind: 'criterion',
    board: BOARD,
    method: 'my-criterion',
    licence: 'MIT',
    file,
    recipe,
    targets: ['2x'],
  };
  const { id } = await server.call<Submission>('POST', '/submissions', body);
  const run = (await done(id)).runs[0]!;
  expect([run.state, run.problem]).toEqual(['done', null]);
  expect(run.result!.achieved).toBeGreaterThanOrEqual(2);
  expect((await rows('my-criterion · global'))[0]).toMatchObject({ provenance: 'measured', submission: id });
});
