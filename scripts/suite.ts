/**
 * `npm run suite -- --board classification.resnet-tiny.shapes32 --targets 2x,4x --seeds 3`
 *
 * Sends every named recipe to a board through the same API that people use, waits, and prints the leaderboard. Started
 * again, it takes up where it was: rows that were sent keep their runs, those that failed are run again.
 * `--rows a,b` chooses recipes, `--scope` sets another scope for all, `--record` writes what was measured as the
 * project's own data (packages/tracks/shipped), with `--no-latency` without what a busy machine falsifies; `--no-wait`
 * only sends. The server is that of `--url` (`TOPIARY_URL`, `PORT`), its key that of `--key` (`TOPIARY_KEY`, the home).
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Board, Leaderboard } from '@topiary/contracts';
import { table } from './bench/summary.js';
import { connect, fail, main } from './client.js';
import { enqueue, retry, type Sent, type SuiteOptions } from './suite/enqueue.js';
import { record } from './suite/record.js';
import { watch } from './suite/watch.js';

const { values } = parseArgs({
  options: {
    board: { type: 'string' },
    targets: { type: 'string', default: '2x,4x' },
    seeds: { type: 'string', default: '3' },
    rows: { type: 'string', default: '' },
    scope: { type: 'string' },
    record: { type: 'boolean', default: false },
    'no-latency': { type: 'boolean', default: false },
    'no-wait': { type: 'boolean', default: false },
    url: { type: 'string' },
    key: { type: 'string' },
  },
});
const usage = 'usage: npm run suite -- --board <id> [--targets 2x,4x] [--seeds 3] [--rows a,b] [--record]';

const optionsOf = (): SuiteOptions => {
  const count = Number(values.seeds);
  if (!Number.isInteger(count) || count < 1) fail(`--seeds takes how many seeds, got '${values.seeds}'`);
  return {
    board: values.board ?? fail(usage),
    targets: values.targets.split(','),
    seeds: Array.from({ length: count }, (_, seed) => seed),
    rows: values.rows.split(',').filter(Boolean),
    scope: values.scope ?? null,
  };
};

const HEAD = ['rank', 'tier', 'row', 'metric', 'above random', 'reached', 'params', 'seeds', 'source'];

const summary = ({ rows, board }: Leaderboard, target: string): string => {
  const lines = rows.map((row) => {
    const outcome = row.metrics.find(({ phase }) => phase !== 'base');
    const interval = outcome?.low == null ? '' : ` (${outcome.low.toFixed(2)} to ${outcome.high?.toFixed(2)})`;
    return [
      `${row.rank ?? ''}`,
      `${row.tier ?? ''}`,
      row.label,
      outcome ? `${outcome.value.toFixed(2)}${interval}` : '',
      row.aboveRandom ? row.aboveRandom.value.toFixed(2) : '',
      `${row.achieved.toFixed(2)}x`,
      `${row.params.left ?? ''}`,
      `${row.seeds.length}`,
      row.provenance,
    ];
  });
  return `${board.title}, ${target}\n${table(HEAD, lines)}`;
};

/** What the server would not take, and what failed. */
const refusals = (sent: readonly Sent[]): string[] =>
  sent.flatMap((one) => {
    if ('refused' in one) return [`${one.recipe.id}: ${one.refused}`];
    const problem = one.submission.runs.find((run) => run.problem !== null)?.problem;
    return problem ? [`${one.recipe.id}: ${problem.code} ${problem.detail}`] : [];
  });

await main(async () => {
  const options = optionsOf();
  const client = await connect(values);
  const sent = await retry(client, await enqueue(client, options));
  const submissions = sent.flatMap((one) => ('submission' in one ? [one.submission] : []));
  const runs = submissions.reduce((sum, submission) => sum + submission.runs.length, 0);
  console.log(`${submissions.length} rows, ${runs} runs on ${client.url}/boards/${options.board}`);
  if (values['no-wait']) return;
  const ended = await watch(client, submissions);
  const endOf = new Map(ended.map((submission) => [submission.id, submission]));
  for (const target of options.targets) {
    const path = `/boards/${options.board}/leaderboard?target=${target}&limit=500`;
    console.log(`\n${summary(await client.call<Leaderboard>({ path }), target)}`);
  }
  const outcome = sent.map((one) =>
    'submission' in one ? { ...one, submission: endOf.get(one.submission.id)! } : one,
  );
  for (const line of refusals(outcome)) console.log(`not served: ${line}`);
  if (!values.record) return;
  const board = await client.call<Board>({ path: `/boards/${options.board}` });
  const recorded = { noLatency: values['no-latency'], project: join(import.meta.dirname, '..') };
  console.log(`recorded in ${await record(client, board, ended, recorded)}`);
});
