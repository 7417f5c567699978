/** PyTorch's weights, pictures and outputs against our graph with those weights, run by onnxruntime. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, floats, type Tensor, toNumbers } from '@topiary/onnx';
import { infer } from '@topiary/runtime';
import { buildModel, modelOf } from '@topiary/zoo';
import { type Weights, withWeights } from '@topiary/zoo/weights';

const PEER = join(import.meta.dirname, '../bench/peers/published_models.py');

type Tensors = ReadonlyMap<string, Tensor>;

/** What the peer wrote: names and sizes as JSON, and all numbers one after another. */
const readTensors = async (folder: string): Promise<Tensors> => {
  const sizes: [string, number[]][] = JSON.parse(await readFile(join(folder, 'tensors.json'), 'utf8'));
  const bytes = await readFile(join(folder, 'tensors.bin'));
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let at = 0;
  return new Map(
    sizes.map(([name, dims]) => {
      const data = all.subarray(at, at + elements(dims));
      at += data.length;
      return [name, floats(data, dims)];
    }),
  );
};

/** Everything but the pictures and the answer. */
const weightsIn = (tensors: Tensors): Weights =>
  new Map(
    [...tensors]
      .filter(([name]) => name !== 'picture' && name !== 'answer')
      .map(([name, { dims, type, data }]) => [name, { dims, type, read: async () => data as Float32Array }]),
  );

/** max |ours - PyTorch's| / max |PyTorch's| over the outputs for two pictures. */
export const distanceFromPyTorch = async (id: string, torchPruning: string): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'topiary-same-'));
  try {
    const python = process.env['PYTHON'] ?? 'python3';
    execFileSync(python, [PEER, torchPruning, id, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const tensors = await readTensors(folder);
    const graph = await withWeights(buildModel(modelOf(id)), id, weightsIn(tensors));
    const ours = toNumbers((await infer(graph, { input: tensors.get('picture')! }))['logits']!);
    const theirs = toNumbers(tensors.get('answer')!);
    const largest = (list: readonly number[]) => list.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return largest(ours.map((v, i) => v - theirs[i]!)) / largest(theirs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
