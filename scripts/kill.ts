/**
 * `npx tsx scripts/kill.ts --runs 10000 --queue postgres`: runs that only wait, while workers, their children, the API, the
 * supervisor, Postgres and Redis are killed and stopped at random; then counts what was lost, doubled, stuck or left over.
 * Ends with 1 unless all of that is nothing. Linux; `npm start` (or `node scripts/setup.mjs`) once before.
 *
 *   --runs 1000   --queue postgres|redis (redis needs redis-server)   --workers 2   --every 4 (mean seconds between blows)
 *   --wait 50 (milliseconds of a run)   --seed 1
 */
import { parseArgs } from 'node:util';
import { attack } from './kill/attack.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    queue: { type: 'string', default: 'postgres' },
    workers: { type: 'string', default: '2' },
    every: { type: 'string', default: '4' },
    wait: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});

const outcome = await attack({
  runs: Number(values.runs),
  queue: values.queue === 'redis' ? 'redis' : 'postgres',
  workers: Number(values.workers),
  everySeconds: Number(values.every),
  seed: Number(values.seed),
  waitMs: Number(values.wait),
  say: (line) => console.log(line),
});
console.log(JSON.stringify(outcome, null, 1));
const { lost, doubled, stuck, orphans, orderly, filesWithoutRows, rowsWithoutFiles } = outcome;
process.exit(lost + doubled + stuck + orphans + filesWithoutRows + rowsWithoutFiles === 0 && orderly ? 0 : 1);
