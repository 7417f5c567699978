/** Choosing a row, telling two rows apart, and keeping a submission to oneself: the command line against a real server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../../packages/client/src/index.js';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { type TopiaryCli, topiaryCli } from '../../helpers/topiary-cli.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const TIMED = { p50Ms: 0.8, p99Ms: 1, baseP50Ms: 2, baseP99Ms: 3, batch: 1, samples: 100 };

let server: ListeningApi;
let folder: string;
let topiary: TopiaryCli['run'];
beforeAll(async () => {
  server = await listeningApi();
  ({ folder, run: topiary } = topiaryCli(server));
});
afterAll(() => server.close());

const submitted = async (...more: string[]): Promise<Submission> => {
  const { out, code, err } = await topiary(['submit', '--board', BOARD, '--json', ...more]);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Submission;
};

const finished = async (criterion: string, outcomes: readonly number[]): Promise<void> => {
  const { runs } = await submitted('-c', criterion, '-t', '2x', '-s', `0-${outcomes.length - 1}`);
  const model = await server.context.storage.put(new TextEncoder().encode(criterion));
  const artefacts = [{ kind: 'model', ...model, mediaType: 'application/octet-stream' }];
  for (const { id, seed } of runs)
    await finishRun(server.database.db, id, resultWith(outcomes[seed]!, { latency: TIMED, artefacts }));
};

describe('of the rows of a board', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    await finished('taylor', [79, 83, 81]);
    await finished('magnitude-l2', [71, 77]);
    const { out } = await topiary(['export', BOARD, '--json', '-t', '2x']);
    ids.push(...JSON.parse(out).rows.map(({ id }: { id: string }) => id));
  });

  it('recommends the one that fits, says how sure that is, and writes its recipe and its network', async () => {
    const found = await topiary(['recommend', BOARD, '--spend', '1', '--lose', '12', '--take', folder]);
    expect(found).toMatchObject({ code: 0, err: '' });
    // 9 points below the base of these runs; the interval of three seeds decides whether that is sure
    expect(found.out).toMatch(
      /^FITS +METHOD .*\n(sure|likely) +taylor · global +2x +9\.00 \(.*0\.8 \(40 % of the base\)/,
    );
    expect(readFileSync(join(folder, `${ids[0]}.onnx`), 'utf8')).toBe('taylor');
    const recipe = join(folder, `${ids[0]}.json`);
    const again = JSON.parse((await topiary(['submit', '--recipe', recipe, '--dry-run'])).out);
    expect(again).toMatchObject({ board: BOARD, targets: ['2x'], seeds: [0, 1, 2], recipe: { criterion: 'taylor' } });
  });

  it('says that none fits by ending with 1, and refuses a wish without a number', async () => {
    const none = await topiary(['recommend', BOARD, '--spend', '0.1']);
    expect(none).toMatchObject({ code: 1, out: 'no row fits; 2 do not\n' });
    expect(await topiary(['recommend', BOARD, '--lose', 'much'])).toMatchObject({ code: 2 });
    expect((await topiary(['recommend', BOARD])).err).toContain('--spend, --lose or both');
  });

  it('tests two of them, and queues the seeds that would tell them apart', async () => {
    const { out } = await topiary(['compare', BOARD, ...ids]);
    const [, first, second] = /(\d+) more of the first and (\d+) more of the second would tell/.exec(out)!;
    expect(out).toMatch(/^taylor · global +2x +place 1-2 +3 seeds +measured\n/);
    const queued = await topiary(['compare', BOARD, ...ids, '--queue-seeds']);
    const seeds = (from: string) => new RegExp(`queued ${from} · global, seeds ([\\d, ]+): http`).exec(queued.out)![1]!;
    expect(seeds('taylor').split(', ')).toHaveLength(Number(first));
    expect(seeds('magnitude-l2').split(', ')).toHaveLength(Number(second));
    const twice = await topiary(['compare', BOARD, ...ids, '--queue-seeds']);
    expect(twice.out.match(/its seeds wait or run already/g)).toHaveLength(2);
    expect(await topiary(['compare', BOARD, ids[0]!, 'none'])).toMatchObject({ code: 2 });
  });
});

it('keeps a submission private until it is published', async () => {
  const { id, private: isPrivate } = await submitted('-c', 'lamp', '--private');
  expect(isPrivate).toBe(true);
  expect((await topiary(['status', id], { anonymous: true })).code).toBe(3);
  expect((await topiary(['status', id])).out).toMatch(/seen by +you and organisers/);
  const published = await topiary(['publish', id]);
  expect(published).toMatchObject({ code: 0, out: `${id} is public: ${server.url}/submissions/${id}\n` });
  expect((await topiary(['status', id], { anonymous: true })).code).toBe(0);
  expect((await topiary(['publish'])).code).toBe(2);
});
