/**
 * `npx tsx scripts/bench/start.ts`: how long `npm start` takes on a fresh home until the page is healthy, and how
 * much memory the whole server holds when idle (proportional set size of every process, Postgres included; Linux).
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { descendants } from '../../tests/helpers/server.js';
import { type Goal, isMet, printGoals } from './goals.js';
import { pssKiB, whatIs } from './processes.js';

const root = resolve(import.meta.dirname, '../..');
const port = Number(process.env.PORT ?? 3977);
/** By then the dump of the day is written, too, and what it took is given back. */
const IDLE_MS = 30_000;

const home = mkdtempSync(join(tmpdir(), 'topiary-start-'));
const began = performance.now();
const server = spawn('npm', ['start', '--silent'], {
  cwd: root,
  detached: true,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, TOPIARY_HOME: home, PORT: String(port), TOPIARY_STARTERS: 'none' },
});
const seconds = () => (performance.now() - began) / 1000;
const healthy = async (): Promise<boolean> => {
  const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } }).catch(() => null);
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
  return page?.ok === true && ready?.ok === true;
};
while (!(await healthy())) {
  if (server.exitCode !== null || seconds() > 300) throw new Error('the server did not become healthy');
  await new Promise((next) => setTimeout(next, 100));
}
const healthyAfter = seconds();

await new Promise((next) => setTimeout(next, IDLE_MS));
const processes = [{ pid: server.pid!, command: 'npm start' }, ...descendants(server.pid!)].map((p) => ({
  ...p,
  pss: pssKiB(p.pid),
}));
const byName = new Map<string, number>();
for (const { command, pss } of processes) byName.set(whatIs(command), (byName.get(whatIs(command)) ?? 0) + pss);
for (const [what, pss] of [...byName].sort((a, b) => b[1] - a[1]))
  console.log(`${(pss / 1024).toFixed(0).padStart(6)} MB  ${what}`);
const total = processes.reduce((sum, { pss }) => sum + pss, 0) / 1024;
const goals: Goal[] = [
  { name: 'healthy page after', value: healthyAfter, unit: 's', below: 10 },
  { name: `idle for ${IDLE_MS / 1000} s, ${processes.length} processes`, value: total, unit: 'MB', below: 450 },
];
printGoals('npm start', goals);

process.kill(-server.pid!, 'SIGINT');
await new Promise((done) => server.once('exit', done));
rmSync(home, { recursive: true, force: true });
process.exit(goals.every(isMet) ? 0 : 1);
