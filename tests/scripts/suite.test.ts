/** The suite as it is used: through the API of a real server, stopped and started again, recorded as the project's own. */

import { cp, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Board, Leaderboard, ShippedRun } from '@topiary/contracts';
import { packBits } from '@topiary/stats';
import { shippedOn, shippedResultsText } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, connect } from '../../scripts/client.js';
import { enqueue, retry, type Sent, type SuiteOptions } from '../../scripts/suite/enqueue.js';
import { merged, record } from '../../scripts/suite/record.js';
import { duration, progressLine, type Standing, secondsLeft, watch } from '../../scripts/suite/watch.js';
import { startApi, type TestApi } from '../helpers/api.js';
import { finishRun, resultWith } from '../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const OPTIONS: SuiteOptions = { board: BOARD, targets: ['2x'], seeds: [0, 1], rows: ['random', 'taylor'], scope: null };

let api: TestApi;
let client: Client;
let root: string;
beforeAll(async () => {
  api = await startApi();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  client = await connect({ url: `http://127.0.0.1:${port}`, key: api.ownerKey });
  root = api.context.projectDir;
});
afterAll(async () => {
  await api.close();
});

const submissionsOf = (sent: readonly Sent[]) => sent.flatMap((one) => ('submission' in one ? [one.submission] : []));
const runsOf = (sent: readonly Sent[]) => submissionsOf(sent).flatMap(({ runs }) => runs);

describe('the suite', () => {
  it('sends every row once: a second start finds what the first one sent, as it stands now', async () => {
    const first = await enqueue(client, OPTIONS);
    expect(submissionsOf(first).map(({ label }) => label)).toEqual(['random · global', 'taylor · global']);
    expect(runsOf(first)).toHaveLength(4);
    await finishRun(api.context.db, runsOf(first)[0]!.id, resultWith(80));
    const second = await enqueue(client, OPTIONS);
    expect(submissionsOf(second).map(({ id }) => id)).toEqual(submissionsOf(first).map(({ id }) => id));
    expect(runsOf(second)[0]!.state).toBe('done');
    expect(await api.context.db.submissions.count()).toBe(2);
  });

  it('runs again what failed or was stopped, and sends anew what was withdrawn', async () => {
    const [random, taylor] = submissionsOf(await enqueue(client, OPTIONS));
    await client.call({ method: 'POST', path: `/submissions/${taylor!.id}/cancel` });
    const cancelled = await enqueue(client, OPTIONS);
    expect(submissionsOf(cancelled)[1]!.state).toBe('cancelled');
    const again = submissionsOf(await retry(client, cancelled));
    expect([again[1]!.id, again[1]!.state]).toEqual([taylor!.id, 'queued']);
    await client.call({ method: 'DELETE', path: `/submissions/${random!.id}` });
    const anew = submissionsOf(await enqueue(client, OPTIONS));
    expect(anew[0]!.id).not.toBe(random!.id);
    expect(anew[1]!.id).toBe(taylor!.id);
  });

  it('tells what the server refuses, and goes on', async () => {
    const sent = await enqueue(client, { ...OPTIONS, targets: ['50x'] });
    expect(sent.every((one) => 'refused' in one && /50x/.test(one.refused))).toBe(true);
  });

  it('records what was measured so that a fresh installation shows it, with or without times', async () => {
    const sent = submissionsOf(await enqueue(client, { ...OPTIONS, seeds: [5, 6] }));
    const correct = packBits(Uint8Array.from({ length: 4000 }, (_, i) => Number(i < 3200)));
    const stored = await api.context.storage.put(correct);
    const artefacts = [{ kind: 'correct' as const, mediaType: 'application/octet-stream', ...stored }];
    for (const { recipe, runs } of sent) {
      const recipeHash = String(recipe['criterion']);
      const result = resultWith(recipeHash === 'taylor' ? 82 : 80, { artefacts, recipeHash });
      for (const run of runs) await finishRun(api.context.db, run.id, result);
    }
    const ended = await watch(client, sent);
    expect(ended.every(({ state }) => state === 'done')).toBe(true);
    const board = await client.call<Board>({ path: `/boards/${BOARD}` });
    await record(client, board, ended, { noLatency: true, project: root });
    const folder = join(root, 'packages', 'tracks', 'shipped');
    const runs = shippedOn(folder, BOARD);
    expect(runs.map(({ label, seed, latency, stepSeconds }) => [label, seed, latency, stepSeconds])).toEqual([
      ['random · global', 5, null, null],
      ['random · global', 6, null, null],
      ['taylor · global', 5, null, null],
      ['taylor · global', 6, null, null],
    ]);
    expect(Buffer.from(runs[0]!.correct!, 'base64').equals(correct)).toBe(true);
    const text = await readFile(join(folder, `${BOARD}.jsonl`), 'utf8');
    await record(client, board, ended.slice(1), { noLatency: false, project: root });
    const later = shippedOn(folder, BOARD);
    expect(later).toHaveLength(4);
    expect(later.map(({ latency }) => latency?.p50Ms ?? null)).toEqual([null, null, 1, 1]);
    expect(shippedResultsText(runs)).toBe(text);

    const fresh = await startApi();
    try {
      await cp(root, fresh.context.projectDir, { recursive: true });
      const answer = await fresh.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?target=2x` });
      const { rows } = answer.json() as Leaderboard;
      expect(rows.map(({ label, provenance, rank, seeds }) => [label, provenance, rank, seeds])).toEqual([
        // seeds that somebody chose have no place
        ['taylor · global', 'shipped', null, [5, 6]],
        ['random · global', 'shipped', null, [5, 6]],
      ]);
    } finally {
      await fresh.close();
    }
  });
});

describe('progress', () => {
  const standing: Standing = { runs: 12, done: 3, failed: 1, sinceBegin: 4, left: 8, seconds: 60 };
  it('estimates what is left from the work done since watching began', () => {
    expect(secondsLeft(standing)).toBe(120);
    expect(secondsLeft({ ...standing, sinceBegin: 0 })).toBeNull();
    expect(progressLine(standing)).toBe('4 of 12 runs · 1 failed · 60 s so far · about 2 min to go');
    expect([40, 600, 3900 + 3600].map(duration)).toEqual(['40 s', '10 min', '2 h 05 min']);
  });
});

it('replaces a recorded run by the same one measured again', () => {
  const run = (seed: number, seconds: number) =>
    ({
      target: { label: '2x' },
      recipeHash: 'r',
      seed,
      splitHash: 's',
      protocol: 'p',
      seconds,
    }) as unknown as ShippedRun;
  expect(merged([run(0, 1), run(1, 1)], [run(1, 2), run(2, 2)])).toEqual([run(0, 1), run(1, 2), run(2, 2)]);
});
