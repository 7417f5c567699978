/** What is left after the attack, counted in the database and in the folder of files. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@topiary/db';
import { openStorage } from '@topiary/storage';
import pg from 'pg';
import { dropOrphans } from '../../apps/api/src/collector.js';

export interface Verdict {
  readonly runs: number;
  readonly ended: number;
  /** Asked for and accepted, but not there. */
  readonly lost: number;
  /** Ended more than once, or with more files than one result has. */
  readonly doubled: number;
  /** Neither ended nor about to. */
  readonly stuck: number;
  /** Not ended yet, of an attack that was ended early. */
  readonly open: number;
  /** Given up after three crashes: told, not lost; a person may start them again. */
  readonly givenUp: number;
  readonly restarted: number;
  /** Files of lost attempts, which the collector removed. */
  readonly collected: number;
  readonly filesWithoutRows: number;
  readonly rowsWithoutFiles: number;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => entry.name);

/** What was asked for and accepted. */
export interface Asked {
  readonly ids: readonly string[];
  readonly runs: number;
  readonly isEarly: boolean;
}

export const judge = async (url: string, home: string, { ids: submissions, runs: asked, isEarly }: Asked) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const number = async (sql: string): Promise<number> =>
    Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, [submissions])).rows[0]!.n);
  const mine = 'submission_id = ANY($1)';
  const runs = await number(`runs WHERE ${mine}`);
  const left = await number(`runs WHERE ${mine} AND state IN ('queued', 'running')`);
  const givenUp = await number(`runs WHERE ${mine} AND state = 'failed'`);
  const restarted = await number(`runs WHERE ${mine} AND attempt > 1`);
  const twice = await number(
    `(SELECT e.run_id FROM run_events e JOIN runs r ON r.id = e.run_id
      WHERE r.${mine} AND e.event->>'type' = 'state' AND e.event->>'state' = 'done' GROUP BY 1 HAVING count(*) > 1) AS t`,
  );
  const many = await number(
    `(SELECT a.run_id FROM run_artefacts a JOIN runs r ON r.id = a.run_id WHERE r.${mine} GROUP BY 1 HAVING count(*) > 1) AS t`,
  );
  const { rows } = await client.query<{ sha256: string }>('SELECT sha256 FROM artefacts');
  await client.end();
  const known = new Set(rows.map(({ sha256 }) => sha256));
  const db = openDatabase(url, { connections: 1 });
  // As if the day had passed after which a file without a row is nobody's.
  const later = Date.now() + 25 * 3600 * 1000;
  const storage = await openStorage(`file:${join(home, 'artefacts')}`);
  const collected = await dropOrphans({ db, storage }, later).finally(() => db.close());
  const there = new Set(filesIn(join(home, 'artefacts')));
  const verdict: Verdict = {
    runs,
    ended: runs - left,
    lost: asked - runs,
    doubled: twice + many,
    stuck: isEarly ? 0 : left,
    open: isEarly ? left : 0,
    givenUp,
    restarted,
    collected,
    filesWithoutRows: [...there].filter((sha256) => !known.has(sha256)).length,
    rowsWithoutFiles: [...known].filter((sha256) => !there.has(sha256)).length,
  };
  return verdict;
};
