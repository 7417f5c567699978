/**
 * Mutated uploads against the gate: no crash, no read outside, and nothing admitted that onnxruntime fails on.
 * Command: npx tsx scripts/fuzz-gate.ts [files (10000)] [seed (1)]
 */
import { fuzzGate } from '../tests/helpers/fuzz-gate.js';

const [files = 10_000, seed = 1] = process.argv.slice(2).map(Number);
const { crashes, failures, notRunnable, canaryRead, ...figures } = await fuzzGate({ files, seed });
console.log(
  JSON.stringify(
    { ...figures, crashes: crashes.length, notRunnable: notRunnable.length, failures: failures.length, canaryRead },
    null,
    2,
  ),
);
for (const line of [...crashes, ...failures, ...notRunnable].slice(0, 20)) console.error(line);
process.exitCode = crashes.length + failures.length > 0 || canaryRead === true ? 1 : 0;
