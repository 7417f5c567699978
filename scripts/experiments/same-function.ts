/** PyTorch's weights, pictures and outputs against our graph with those weights, run by onnxruntime. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, floats, type Graph, type Initializer, type Tensor, toNumbers, withData } from '@topiary/onnx';
import { infer } from '@topiary/runtime';
import { buildModel, modelOf } from '@topiary/zoo';

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

/** PyTorch keeps the weight of a linear layer as [features, inputs], a MatMul takes [inputs, features]. */
const transposed = ({ dims: [rows, columns], data }: Tensor): Tensor => {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows!; r += 1) {
    for (let c = 0; c < columns!; c += 1) out[c * rows! + r] = Number(data[r * columns! + c]);
  }
  return floats(out, [columns!, rows!]);
};

const withWeights = (graph: Graph, tensors: Tensors): Graph => {
  const products = new Set(graph.nodes.filter(({ op }) => op === 'MatMul').flatMap(({ inputs }) => inputs));
  const filled = (initializer: Initializer): Initializer => {
    const { name, dims, source } = initializer;
    if (source.kind !== 'init') return initializer;
    const given = tensors.get(name)!;
    return withData(name, floats((products.has(name) ? transposed(given) : given).data as Float32Array, dims));
  };
  return { ...graph, initializers: new Map([...graph.initializers].map(([name, value]) => [name, filled(value)])) };
};

/** max |ours - PyTorch's| / max |PyTorch's| over the outputs for two pictures. */
export const distanceFromPyTorch = async (id: string, torchPruning: string): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'topiary-same-'));
  try {
    const python = process.env['PYTHON'] ?? 'python3';
    execFileSync(python, [PEER, torchPruning, id, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const tensors = await readTensors(folder);
    const graph = withWeights(buildModel(modelOf(id)), tensors);
    const ours = toNumbers((await infer(graph, { input: tensors.get('picture')! }))['logits']!);
    const theirs = toNumbers(tensors.get('answer')!);
    const largest = (list: readonly number[]) => list.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return largest(ours.map((v, i) => v - theirs[i]!)) / largest(theirs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
