/** A small attack on both queues; `npx tsx scripts/kill.ts --runs 10000` is the large one. */
import { expect, it } from 'vitest';
import { attack } from '../../scripts/kill/attack.js';
import { withoutRedis } from '../helpers/redis.js';

const isLinux = process.platform === 'linux';
if (!isLinux) console.log('skipped: killing processes (their environment is known on Linux only)');

const NOTHING = { lost: 0, doubled: 0, stuck: 0, orphans: 0, filesWithoutRows: 0, rowsWithoutFiles: 0, orderly: true };
const ATTACK = { runs: 72, workers: 2, everySeconds: 1.5, longestStop: 10 };

it.skipIf(!isLinux)('runs survive random kills and stops of everything, with the queue in Postgres', async () => {
  const outcome = await attack({ ...ATTACK, queue: 'postgres', seed: 7 });
  console.log(JSON.stringify(outcome));
  expect(outcome).toMatchObject({ runs: 72, ...NOTHING });
  expect(Object.values(outcome.blows).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(5);
});

it.skipIf(!isLinux || withoutRedis())('and with the queue in Redis, which is struck like the others', async () => {
  const outcome = await attack({ ...ATTACK, queue: 'redis', seed: 8 });
  console.log(JSON.stringify(outcome));
  expect(outcome).toMatchObject({ runs: 72, ...NOTHING });
});
