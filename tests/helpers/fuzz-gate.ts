/**
 * Mutated uploads for the gate: each is refused with a code or admitted, and what is admitted runs in onnxruntime. A file
 * that nobody may read lies where many of the mutants point; the system tells when it was read.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalize } from '@topiary/canonical';
import { isTopiaryError } from '@topiary/errors';
import { ALLOWED, admit, denseOf, networkRules } from '@topiary/gate';
import { type Attribute, decode, encode, floats, type Node } from '@topiary/onnx';
import { assertRuns } from '../../workers/evaluator/src/validity.js';
import { honest, hostileFiles } from './hostile.js';
import { runOnnx } from './onnxruntime.js';
import { join as concat, entry, field, number, varint } from './protobuf.js';
import { random } from './random.js';

export interface FuzzReport {
  readonly files: number;
  readonly admitted: number;
  /** How often each code was the first to refuse a file. */
  readonly refused: Readonly<Record<string, number>>;
  /** Errors without a code of ours. */
  readonly crashes: readonly string[];
  /** Admitted by the gate's own rules, and refused by the run in the sandbox that follows them. */
  readonly notRunnable: readonly string[];
  /** Accepted files that onnxruntime then failed on. */
  readonly failures: readonly string[];
  /** The canary was read; null where the system does not keep times of access. */
  readonly canaryRead: boolean | null;
  readonly slowestMs: number;
  readonly seconds: number;
}

type Rng = () => number;
type Mutation = (bytes: Uint8Array, rng: Rng, corpus: readonly Uint8Array[]) => Uint8Array;

const below = (rng: Rng, n: number): number => Math.min(n - 1, Math.floor(rng() * n));

/** Structure lies in the first and last bytes of a file; the middle is mostly weights. */
const place = (rng: Rng, length: number): number => {
  const edge = Math.min(length, 1_500);
  const draw = rng();
  if (draw < 0.4) return below(rng, edge);
  return draw < 0.8 ? length - 1 - below(rng, edge) : below(rng, length);
};

const changed = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const out = Uint8Array.from(bytes);
  out[at] = value;
  return out;
};

const spliced = (bytes: Uint8Array, from: number, to: number, inserted: Uint8Array): Uint8Array =>
  concat(bytes.subarray(0, from), inserted, bytes.subarray(to));

const TELLING = [0, 1, 2, 0x7f, 0x80, 0xff, 0x08, 0x0a, 0x12, 0x3a, 0x42];

const mutations = (canary: string): readonly Mutation[] => {
  const fragments = [
    field(13, entry('location', canary)),
    number(14, 1),
    field(5, concat(number(1, 4), number(2, 1), field(8, 'fuzz'), field(13, entry('location', canary)), number(14, 1))),
    field(15, field(1, concat(field(13, entry('location', canary)), number(14, 1)))),
    field(25, field(1, 'f')),
    varint(2 ** 40),
    varint(1, 5),
    number(1, 2 ** 31),
    number(1, -1),
  ];
  return [
    (bytes, rng) => {
      const at = place(rng, bytes.length);
      return changed(bytes, at, bytes[at]! ^ (1 << below(rng, 8)));
    },
    (bytes, rng) => changed(bytes, place(rng, bytes.length), below(rng, 256)),
    (bytes, rng) => changed(bytes, place(rng, bytes.length), TELLING[below(rng, TELLING.length)]!),
    (bytes, rng) => bytes.slice(0, Math.max(1, place(rng, bytes.length))),
    (bytes, rng) => {
      const from = place(rng, bytes.length);
      return spliced(bytes, from, Math.min(bytes.length, from + 1 + below(rng, 40)), new Uint8Array());
    },
    (bytes, rng) => {
      const from = place(rng, bytes.length);
      return spliced(bytes, from, from, bytes.subarray(from, from + 1 + below(rng, 60)));
    },
    (bytes, rng) => {
      const at = place(rng, bytes.length);
      return spliced(bytes, at, at, fragments[below(rng, fragments.length)]!);
    },
    // Whole fields at the end of the model are well-formed more often than not.
    (bytes, rng) => concat(bytes, fragments[below(rng, fragments.length)]!),
    (bytes, rng, corpus) => {
      const other = corpus[below(rng, corpus.length)]!;
      const [to, from] = [place(rng, bytes.length), place(rng, Math.max(1, other.length))];
      return spliced(bytes, to, Math.min(bytes.length, to + 64), other.subarray(from, from + 64));
    },
  ];
};

const NUMBERS = [-(2 ** 31), -2, -1, 0, 1, 2, 3, 7, 64, 2 ** 20, 2 ** 31, 2 ** 40];
const OPERATORS = [...ALLOWED];

const pick = <T>(rng: Rng, items: readonly T[]): T => items[below(rng, items.length)]!;

const changedAttribute = (attribute: Attribute, rng: Rng): Attribute => {
  switch (attribute.kind) {
    case 'int':
      return { kind: 'int', value: pick(rng, NUMBERS) };
    case 'ints': {
      const value = [...attribute.value];
      if (rng() < 0.3) value.push(pick(rng, NUMBERS));
      else if (value.length > 0) value[below(rng, value.length)] = pick(rng, NUMBERS);
      return { kind: 'ints', value };
    }
    case 'float':
      return { kind: 'float', value: pick(rng, [0, -1, 1e-30, 1e30, Number.NaN]) };
    default:
      return { kind: 'string', value: pick(rng, ['', 'VALID', 'constant', 'nonsense']) };
  }
};

/** A well-formed file whose graph means something else: another operator, input, attribute, dimension. */
const otherGraph: Mutation = (bytes, rng) => {
  const graph = decode(bytes);
  const position = below(rng, graph.nodes.length);
  const node = graph.nodes[position]!;
  const names = [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.slice(0, position).flatMap(({ outputs }) => outputs),
  ];
  const inputs = [...node.inputs];
  const entries = Object.entries(node.attributes);
  const slot = below(rng, Math.max(1, inputs.length));
  const at = (i: number, name: string) => [...inputs.slice(0, i), name, ...inputs.slice(i + 1)];
  const changes: readonly (() => Node)[] = [
    () => ({ ...node, op: pick(rng, OPERATORS) }),
    () => ({ ...node, inputs: at(slot, pick(rng, names)) }),
    () => ({ ...node, inputs: at(slot, '') }),
    () => ({ ...node, inputs: inputs.slice(0, slot) }),
    () => ({ ...node, inputs: [...inputs, pick(rng, names)] }),
    () => ({
      ...node,
      attributes: Object.fromEntries(
        entries.map(([name, value]) => [name, rng() < 0.5 ? changedAttribute(value, rng) : value]),
      ),
    }),
    () => ({ ...node, attributes: Object.fromEntries(entries.filter(() => rng() < 0.5)) }),
    () => ({
      ...node,
      attributes: {
        ...node.attributes,
        [pick(rng, ['axis', 'group', 'pads', 'strides', 'auto_pad', 'dilations'])]: changedAttribute(
          { kind: pick(rng, ['int', 'ints', 'string'] as const), value: [] as never } as Attribute,
          rng,
        ),
      },
    }),
  ];
  const initializers = new Map(graph.initializers);
  if (rng() < 0.3) {
    const [name, old] = pick(rng, [...initializers]);
    initializers.set(name, { ...old, dims: rng() < 0.5 ? [...old.dims].reverse() : [...old.dims, 1] });
  }
  return encode({ ...graph, initializers, nodes: graph.nodes.with(position, pick(rng, changes)()) });
};

/** Longer files cost time and add nothing: their middle is weights. */
const LONGEST = 60_000;

/** Some changes make no file: then there is nothing to upload. */
const mutatedGraph: Mutation = (bytes, rng, corpus) => {
  let now = bytes;
  for (let k = 0; k <= below(rng, 2); k += 1) {
    try {
      now = otherGraph(now, rng, corpus);
    } catch (error) {
      if (!isTopiaryError(error)) throw error;
    }
  }
  return now;
};

/** A file whose times of access are kept, or null. `relatime` moves the time once it is older than the last change. */
const makeCanary = (folder: string): { readonly path: string; readonly wasRead: () => boolean | null } => {
  const make = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, 'nobody may read this');
    utimesSync(path, new Date(0), new Date());
    return path;
  };
  const read = (path: string): boolean => statSync(path).atimeMs > 0;
  const [path, probe] = [make('canary'), make('probe')];
  readFileSync(probe);
  const kept = read(probe);
  return { path, wasRead: () => (kept ? read(path) : null) };
};

const base = honest();
const rules = networkRules({
  input: [1, 8, 8],
  classes: 4,
  batch: 64,
  dense: denseOf(canonicalize(decode(base)), base.length),
});
const PICTURES = floats(
  Float32Array.from({ length: 128 }, (_, i) => Math.sin(i)),
  [2, 1, 8, 8],
);

const words = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

export const fuzzGate = async ({
  files,
  seed,
}: {
  readonly files: number;
  readonly seed: number;
}): Promise<FuzzReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-fuzz-'));
  const canary = makeCanary(folder);
  const all = [base, honest(3), ...hostileFiles().map(({ bytes }) => bytes)];
  const corpus = all.filter(({ length }) => length > 0 && length <= LONGEST);
  const mutate = mutations(canary.path);
  const rng = random(seed);
  const refused: Record<string, number> = {};
  const [crashes, failures, notRunnable]: [string[], string[], string[]] = [[], [], []];
  let [admitted, slowestMs] = [0, 0];
  const began = performance.now();
  for (let i = 0; i < files; i += 1) {
    // Half of them begin as honest files: they get further.
    let bytes = rng() < 0.7 ? corpus[below(rng, 2)]! : corpus[below(rng, corpus.length)]!;
    if (bytes === base || bytes === corpus[1]) bytes = mutatedGraph(bytes, rng, corpus);
    if (rng() < 0.5) for (let k = 0; k <= below(rng, 3); k += 1) bytes = pick(rng, mutate)(bytes, rng, corpus);
    const start = performance.now();
    try {
      const { graph } = admit(bytes, rules);
      await assertRuns(graph);
      admitted += 1;
      await runOnnx(graph, { [graph.inputs[0]!.name]: PICTURES }).catch((error) =>
        failures.push(`${i}: ${words(error)}`),
      );
    } catch (error) {
      if (isTopiaryError(error)) refused[error.code] = (refused[error.code] ?? 0) + 1;
      if (isTopiaryError(error) && error.code === 'TOPIARY_GATE_NOT_RUNNABLE')
        notRunnable.push(`${i}: ${error.details.got}`);
      if (!isTopiaryError(error)) crashes.push(`${i}: ${words(error)}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  const seconds = (performance.now() - began) / 1000;
  const canaryRead = canary.wasRead();
  rmSync(folder, { recursive: true, force: true });
  return { files, admitted, refused, crashes, notRunnable, failures, canaryRead, slowestMs, seconds };
};
