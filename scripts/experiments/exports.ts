/**
 * Networks as PyTorch exports them: counted beside torchvision's modules, pruned to 2x (uniform local, magnitude-l2),
 * written, counted again from the file, and run by onnxruntime; and the size of a half ResNet-18.
 * Command: npx tsx scripts/experiments/exports.ts (PYTHON: a Python with torch and torchvision, for the first table)
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { checkParameters, methodOf, scoreGroups } from '@topiary/methods';
import { decode, encode, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, type Plan, plan, planRatio } from '@topiary/pruning';
import { buildModel, materialize, Resnet18, randomFrom } from '@topiary/zoo';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { table } from '../bench/summary.js';
import { EXPORTS } from './exported.js';
import { writeResults } from './results.js';
import { readSample } from './samples.js';

const BATCH = 2;
const PEER = join(import.meta.dirname, '../bench/peers/count_modules.py');

interface Counts {
  readonly params: number;
  readonly pure: number;
  readonly published: number;
}

/** What PyTorch's own modules hold and multiply; null where there is no PyTorch. */
const peerCounts = (): Record<string, Pick<Counts, 'params' | 'pure'>> | null => {
  const python = process.env['PYTHON'] ?? 'python3';
  try {
    return JSON.parse(execFileSync(python, [PEER], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    console.log(`No count beside ours: '${python}' has no torch and torchvision. Set PYTHON to one that has.`);
    return null;
  }
};

const countsOf = (graph: Graph): Counts => {
  const { params, pure, published } = count(graph);
  return { params, pure, published };
};

const scoresOf = (graph: Graph, { groups }: Dependencies) => {
  const criterion = methodOf('criterion', 'magnitude-l2');
  return scoreGroups(criterion, graph, groups, { params: checkParameters(criterion, {}), rng: () => 0.5 });
};

/** Largest output that onnxruntime gives for noise, from the bytes of a file. */
const largestOutput = async (bytes: Uint8Array, { inputs }: Graph): Promise<number> => {
  const [{ name, shape }] = [inputs[0]!];
  const dims = [BATCH, ...shape.slice(1).map(Number)];
  const random = randomFrom(`exports/${name}`);
  const data = Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => random.between(-2, 2));
  const session = await InferenceSession.create(bytes, { executionProviders: ['cpu'], logSeverityLevel: 4 });
  const outputs = await session.run({ [name]: new Tensor('float32', data, dims) });
  await session.release();
  let largest = 0;
  for (const { data } of Object.values(outputs)) {
    for (const value of data as Float32Array) {
      largest = Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : Number.POSITIVE_INFINITY;
    }
  }
  return largest;
};

const isSame = (counts: Counts, { params, macs }: Plan): boolean =>
  counts.params === params.left && counts.pure === macs.pure.left && counts.published === macs.published.left;

const pruneExport = async (name: string) => {
  const { bytes, sha256 } = await readSample('exports', `${name}.onnx`);
  const began = performance.now();
  const graph = canonicalize(decode(bytes));
  const found = findGroups(graph);
  const target = { value: 2, counter: 'published' } as const;
  const chosen = plan(found, scoresOf(graph, found), { target, scope: 'local' });
  const written = encode(standard(applyPlan(graph, found, chosen).graph));
  const seconds = (performance.now() - began) / 1000;
  const after = countsOf(canonicalize(decode(written)));
  return {
    name,
    sha256,
    before: countsOf(graph),
    after,
    achieved: chosen.achieved,
    flags: chosen.flags,
    recountAgrees: isSame(after, chosen),
    largestOutput: { base: await largestOutput(bytes, graph), pruned: await largestOutput(written, graph) },
    seconds,
  };
};

/** ResNet-18 (224), half of the channels of every group; sizes do not depend on the scores. */
const halfResnet18 = (): Counts => {
  const graph = materialize(buildModel(Resnet18), 0);
  const found = findGroups(graph);
  const { params, macs } = planRatio(found, scoresOf(graph, found), 0.5, { scope: 'local' });
  return { params: params.left, pure: macs.pure.left, published: macs.published.left };
};

const number = (value: number): string => value.toLocaleString('en');

const peers = peerCounts();
const results = [];
for (const name of EXPORTS) results.push({ ...(await pruneExport(name)), peer: peers?.[name] ?? null });
const half = halfResnet18();

const whole = results.map(({ name, before, peer }) => [
  name,
  number(before.params),
  peer ? number(peer.params) : '-',
  number(before.pure),
  peer ? number(peer.pure) : '-',
  number(before.published),
]);
console.log(table(['as exported', 'params', 'torchvision', 'pure MACs', 'torchvision', 'published MACs'], whole));
const pruned = results.map(({ name, before, after, achieved, recountAgrees, largestOutput, seconds }) => [
  name,
  `${number(before.params)} > ${number(after.params)}`,
  `${number(before.pure)} > ${number(after.pure)}`,
  `${number(before.published)} > ${number(after.published)}`,
  `${achieved.toFixed(3)}x`,
  recountAgrees ? 'agrees' : 'DIFFERS',
  `${largestOutput.base.toPrecision(3)} > ${largestOutput.pruned.toPrecision(3)}`,
  seconds.toFixed(2),
]);
console.log(
  `\n${table(['pruned to 2x', 'params', 'pure MACs', 'published MACs', 'achieved', 'recount', 'max |y|', 's'], pruned)}`,
);
console.log(`\nResNet-18 (224), local, ratio 0.5: ${number(half.params)} parameters, ${number(half.published)} MACs`);
await writeResults('exports', [...results, { name: 'resnet18 (224), local 0.5', after: half }]);
if (results.some((one) => !one.recountAgrees || !Number.isFinite(one.largestOutput.pruned))) process.exitCode = 1;
