/**
 * Whether a latency can be believed: the same cut of ResNet-tiny timed three times beside its base, alone and with one, two and
 * four processes that compute all the time. Every time must lie within 5 % of what the machine takes alone, or be flagged.
 * Command: npx tsx scripts/experiments/latency-under-load.ts [--network resnet-tiny] [--loads 0,1,2,4] [--times 3]
 */
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { canonicalize } from '@topiary/canonical';
import { decode } from '@topiary/onnx';
import { latency } from '@topiary/runtime';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { cutTo } from '../bench/cut.js';
import { machine } from '../bench/machine.js';
import { table } from '../bench/summary.js';
import { addResult } from './results.js';

const NEAR = 0.05;

if (process.send) {
  // one of those that disturb: products of matrices that do not fit into the cache
  const numbers = new Float64Array(2 ** 22);
  for (let i = 0; ; i = (i + 4099) % numbers.length) numbers[i] = numbers[i]! * 0.5 + i;
}

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'resnet-tiny' },
    loads: { type: 'string', default: '0,1,2,4' },
    times: { type: 'string', default: '3' },
  },
});

const shipped = SHIPPED.find(({ model }) => model === values.network);
if (!shipped) throw new Error(`--network takes a shipped one, not ${values.network}`);
const base = canonicalize(decode(await readFile(shippedPath(shipped.sha256))));
const cut = cutTo(base, { criterion: 'magnitude-l2', speedup: 2 });

const asTheWorker = { provider: 'cpu', threads: 1, batch: 1, warmupMs: 300, samples: 200 } as const;
let alone: { readonly base: number; readonly cut: number } | null = null;
const rows: string[][] = [];
for (const load of values.loads.split(',').map(Number)) {
  const others = Array.from({ length: load }, () => fork(import.meta.filename, { execArgv: ['--import', 'tsx'] }));
  // they need a moment to begin
  if (load > 0) await new Promise((resolve) => setTimeout(resolve, 3_000));
  for (let time = 0; time < Number(values.times); time += 1) {
    const found = await latency(base, cut, { ...asTheWorker, usualMs: alone?.base ?? null });
    alone ??= { base: found.base.p50Ms, cut: found.pruned.p50Ms };
    const { drift, attempts, isSteady } = found.calm;
    const off = found.pruned.p50Ms / alone.cut - 1;
    const verdict = isSteady ? (Math.abs(off) <= NEAR ? 'within 5 %' : 'NOT FLAGGED') : 'flagged';
    const { p50Ms } = found.pruned;
    await addResult('latency-under-load', {
      ...{ machine: machine(), network: values.network, load, time, p50Ms, baseP50Ms: found.base.p50Ms },
      ...{ off, drift, attempts, isSteady },
    });
    rows.push([
      `${load} beside it, ${time + 1}`,
      p50Ms.toFixed(3),
      found.base.p50Ms.toFixed(3),
      `${(100 * off).toFixed(1)} %`,
      String(attempts),
      verdict,
    ]);
    console.log(rows.at(-1)!.join('  '));
  }
  for (const other of others) other.kill('SIGKILL');
}
console.log(`\n${table(['processes', 'cut, ms', 'base, ms', 'off', 'attempts', 'verdict'], rows)}`);
