/**
 * Lighthouse, mobile preset, on pages of a running server (home, a board and its first row, unless told): the best of a few
 * runs, with what blocks most. It is no part of
 * the project: npx fetches it. Figures say little while the machine is busy, so each comes with Lighthouse's own measure of
 * the machine (an idle one of today has 1500 and more).
 * Command: npx tsx scripts/dev/lighthouse.ts (--url http://127.0.0.1:3000 --runs 3 --paths /,/boards)
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { chromiumPath } from '../../tests/helpers/browser.js';

const VERSION = 'lighthouse@13';
const BOARD = '/boards/classification.resnet-tiny.shapes32';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: `http://127.0.0.1:${process.env['PORT'] ?? 3000}` },
    runs: { type: 'string', default: '3' },
    paths: { type: 'string' },
  },
});

interface Audit {
  readonly displayValue?: string;
}

interface Report {
  readonly categories: Readonly<Record<string, { readonly id: string; readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, Audit>>;
  readonly environment: { readonly benchmarkIndex: number };
}

const SHOWN = { FCP: 'first-contentful-paint', LCP: 'largest-contentful-paint', TBT: 'total-blocking-time' } as const;

/** Null where the browser gave no trace, which happens; the reason is printed. */
const measure = (url: string): Report | null => {
  const flags = ['--output=json', '--quiet', '--chrome-flags=--headless=new --no-sandbox --disable-gpu'];
  const env = { ...process.env, CHROME_PATH: chromiumPath() ?? '' };
  const options = { encoding: 'utf8', env, maxBuffer: 1 << 26, stdio: 'pipe' } as const;
  try {
    return JSON.parse(execFileSync('npx', ['--yes', VERSION, url, ...flags], options)) as Report;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error).trim();
    console.log(`${url}: no figures, ${said.split('\n').at(-1)}`);
    return null;
  }
};

const scoreOf = ({ categories }: Report): number => categories['performance']?.score ?? 0;

const lineOf = ({ categories, audits, environment }: Report): string =>
  [
    ...Object.values(categories).map(({ id, score }) => `${id} ${Math.round(100 * (score ?? 0))}`),
    ...Object.entries(SHOWN).map(([name, id]) => `${name} ${audits[id]?.displayValue ?? '?'}`),
    `machine ${Math.round(environment.benchmarkIndex)}`,
  ].join(', ');

const firstRow = async (): Promise<string> => {
  const answer = await fetch(new URL(`/api/v1${BOARD}/leaderboard?limit=1`, values.url));
  const { rows } = (await answer.json()) as { rows: { id: string }[] };
  return `${BOARD}/rows/${rows[0]!.id}`;
};

for (const path of values.paths?.split(',') ?? ['/', BOARD, await firstRow()]) {
  const runs = Array.from({ length: Number(values.runs) }, () => measure(new URL(path, values.url).href));
  const [best] = runs.filter((run) => run !== null).sort((a, b) => scoreOf(b) - scoreOf(a));
  if (best) console.log(`${path}: ${lineOf(best)}`);
}
