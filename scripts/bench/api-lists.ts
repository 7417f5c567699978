/** Lists, claims and forecasts where very much is there: what a request costs must not grow with what waits or has ended. */
import type { Database } from '@topiary/db';
import pg from 'pg';
import type { Goal } from './goals.js';
import { quantile } from './load.js';

export interface ListsBench {
  readonly url: string;
  readonly databaseUrl: string;
  readonly db: Database;
  readonly board: string;
  readonly accounts: readonly string[];
  readonly key: string;
}

/** Submissions of a hundred runs each, in one state, their owners in turn. */
const fill = async (
  { databaseUrl, board, accounts }: ListsBench,
  runs: number,
  state: 'queued' | 'done',
  name: string,
) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO submissions (id, kind, board, title, label, division, recipe, recipe_hash, targets, seeds, state, created_by,
         run_counts)
       SELECT 'zz-' || $3::text || lpad(i::text, 8, '0'), 'recipe', $1, 'submission ' || i, 'method-' || i, 'closed',
         '{"criterion": "magnitude-l2"}', md5('z' || i) || md5('y' || i), '[]', ARRAY[0], $4::run_state, ($5::text[])[1 + i % $6::int],
         jsonb_build_object('queued', 0, 'running', 0, 'done', 0, 'failed', 0, 'cancelled', 0) || jsonb_build_object($4::text, 100)
       FROM generate_series(1, $2::int) AS i`,
      [board, runs / 100, name, state, accounts, accounts.length],
    );
    await client.query(
      `INSERT INTO runs (id, submission_id, board, position, state, target, target_label, seed, device, memory_bytes, owner, stages,
         started_at, finished_at)
       SELECT s.id || '-' || n, s.id, s.board, n, $2::run_state, '{"axis": "macs", "value": 3, "label": "3x"}', '3x', n, 'cpu', 1,
         s.created_by, '[]', CASE WHEN $2 = 'done' THEN now() END, CASE WHEN $2 = 'done' THEN now() END
       FROM submissions s, generate_series(0, 99) AS n WHERE s.id LIKE 'zz-' || $1::text || '%'`,
      [name, state],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
};

/** Milliseconds of each of `n` calls, after five that warm. */
const times = async (n: number, work: (i: number) => Promise<unknown>): Promise<number[]> => {
  const all: number[] = [];
  for (let i = -5; i < n; i += 1) {
    const began = performance.now();
    await work(i);
    if (i >= 0) all.push(performance.now() - began);
  }
  return all;
};

const list = async ({ url }: ListsBench): Promise<number> => {
  const answer = await fetch(`${url}/api/v1/submissions?limit=100`);
  if (!answer.ok) throw new Error(`the list answers ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
};

export const lists = async (bench: ListsBench): Promise<Goal[]> => {
  await fill(bench, 10_000, 'done', 'l');
  const bytes = await list(bench);
  const all = await times(200, () => list(bench));
  return [
    {
      name: 'GET /submissions?limit=100 with 10,000 runs behind them, median',
      value: quantile(all, 0.5),
      unit: 'ms',
      below: 20,
    },
    { name: 'the same, p95', value: quantile(all, 0.95), unit: 'ms' },
    { name: 'its bytes, not compressed', value: bytes / 1000, unit: 'KB', below: 200 },
  ];
};

export const waiting = async (bench: ListsBench): Promise<Goal[]> => {
  const { db, url, key } = bench;
  await fill(bench, 100_000, 'queued', 'w');
  const options = { worker: 'bench', leaseSeconds: 600 };
  const claims = await times(100, async () => {
    if ((await db.runs.claimNext('cpu', options)) === null) throw new Error('nothing waits');
  });
  const idOf = (i: number) => `zz-w${String(500 + (i % 400)).padStart(8, '0')}`;
  const forecasts = await times(100, (i) => db.submissions.forecast(idOf(i + 10)));
  const headers = { authorization: `Bearer ${key}` };
  const asked = await times(100, async (i) => {
    const answer = await fetch(`${url}/api/v1/submissions/${idOf(i + 10)}`, { headers });
    if (!answer.ok) throw new Error(`a submission answers ${answer.status}`);
    await answer.arrayBuffer();
  });
  const listed = await times(100, () => list(bench));
  const row = (name: string, all: readonly number[], below: number): Goal[] => [
    { name: `100,000 runs wait: ${name}, median`, value: quantile(all, 0.5), unit: 'ms', below },
    { name: 'the same, p95', value: quantile(all, 0.95), unit: 'ms' },
  ];
  return [
    ...row('a claim', claims, 20),
    ...row('a forecast', forecasts, 20),
    ...row('GET of a submission of 100 runs, with its place', asked, 50),
    ...row('GET /submissions?limit=100', listed, 20),
  ];
};
