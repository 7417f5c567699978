/**
 * How long a trivial check takes while another person has the slowest files checked that the budget admits, eight at a
 * time without a pause. Command: npx tsx scripts/experiments/waiting-for-checks.ts [checks (30)]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encode, floats } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { openChecker } from '../../apps/api/src/checker.js';

/** Constants that take all of the budget for folding, behind a network of one layer. */
const slowFile = (): Uint8Array => {
  const b = createBuilder();
  const x = b.input('input', 'float32', ['N', 3, 32, 32]);
  let k = b.op('Expand', [b.scalar(1.01), b.int64s([1_000_000])]);
  for (let i = 0; i < 2; i += 1) k = b.op('Pow', [k, b.scalar(1.0001)]);
  const pooled = b.op('GlobalAveragePool', [
    b.op('Add', [x, b.op('ReduceSum', [k], { keepdims: { kind: 'int', value: 0 } })]),
  ]);
  b.output(b.op('MatMul', [b.op('Flatten', [pooled]), b.constant(floats(new Float32Array(30).fill(0.1), [3, 10]))]));
  return encode(b.build('slow'));
};

const count = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), 'topiary-checks-'));
const slow = join(folder, 'slow.onnx');
writeFileSync(slow, slowFile());
const base = shippedPath(SHIPPED.find(({ model }) => model === 'resnet-tiny')!.sha256);
const checker = openChecker({ module: resolve('dist/gate-child.mjs'), required: false });

const took = async (person: string, path: string): Promise<number> => {
  const began = performance.now();
  await checker.check({ person, path, base, batch: 500 });
  return performance.now() - began;
};

let stop = false;
const greedy = Array.from({ length: 8 }, async () => {
  const times: number[] = [];
  while (!stop) times.push(await took('greedy', slow));
  return times;
});
const quiet: number[] = [];
for (let i = 0; i < count; i += 1) {
  quiet.push(await took('quiet', base));
  await new Promise((next) => setTimeout(next, 100));
}
stop = true;
await Promise.all(greedy);
const at = (share: number) =>
  Math.round(quiet.toSorted((a, b) => a - b)[Math.min(count - 1, Math.floor(share * count))]!);
const alone = await took('greedy', slow);
console.log(JSON.stringify({ checks: count, p50Ms: at(0.5), p95Ms: at(0.95), slowFileAloneMs: Math.round(alone) }));
rmSync(folder, { recursive: true, force: true });
