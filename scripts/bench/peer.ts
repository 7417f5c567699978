/** PyTorch in another process as a yardstick: it is told the network's graph and then asked for one step after another. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parametersOf } from '@topiary/autodiff';
import { type Graph, type Initializer, tensorOf, toNumbers } from '@topiary/onnx';

/** `wall`: time that passes. `cpu`: time that the process computes, which tells more on a busy machine with one thread. */
export type Clock = 'wall' | 'cpu';

export interface Peer {
  readonly name: string;
  /** Milliseconds of one training step, or of the evaluation of one batch. */
  time(what: 'step' | 'evaluate', clock: Clock): Promise<number>;
  /** Milliseconds of a training step by what it does (peers/step_roles.py). */
  roles(): Promise<Readonly<Record<string, number>>>;
  peakMemoryBytes(): Promise<number>;
  stop(): void;
}

export interface PeerOptions {
  readonly batch: number;
  readonly threads: number;
  /** Of weights and pictures (`contiguous`). */
  readonly layout?: 'contiguous' | 'channels_last';
  /** By torch.compile, where a C++ compiler is at hand. */
  readonly compiled?: boolean;
  /** Of its own (PYTHON, or python3). */
  readonly python?: string | undefined;
}

const constantOf = (initializer: Initializer) => {
  const value = tensorOf(initializer);
  return [initializer.type, initializer.dims, value ? toNumbers(value) : []] as const;
};

/** What graph_step.py wants to know. */
const describe = (graph: Graph, options: Omit<PeerOptions, 'python'>): string => {
  const trained = new Map(parametersOf(graph).map(({ initializer, role }) => [initializer.name, role.role]));
  const isParameter = ({ name }: Initializer) => trained.has(name) && trained.get(name) !== 'statistic';
  const all = [...graph.initializers.values()];
  return JSON.stringify({
    ...{ layout: 'contiguous', compiled: false, ...options },
    shape: graph.inputs[0]!.shape.slice(1),
    classes: graph.outputs[0]!.shape.at(-1),
    input: graph.inputs[0]!.name,
    output: graph.outputs[0]!.name,
    nodes: graph.nodes.map(({ op, inputs, outputs, attributes }) => ({
      op,
      inputs,
      outputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value])),
    })),
    parameters: Object.fromEntries(all.filter(isParameter).map(({ name, dims }) => [name, dims])),
    constants: Object.fromEntries(all.filter((one) => !isParameter(one)).map((one) => [one.name, constantOf(one)])),
  });
};

/** Resolves to null, with the reason printed, where the peer cannot run on this machine. */
export const startPeer = async (graph: Graph, { python, ...options }: PeerOptions): Promise<Peer | null> => {
  const command = python ?? process.env['PYTHON'] ?? 'python3';
  const script = join(import.meta.dirname, 'peers/graph_step.py');
  const child: ChildProcessWithoutNullStreams = spawn(command, [script], { stdio: 'pipe' });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  const failed = new Promise<null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', () => resolve(null));
  });
  child.stdin.on('error', () => undefined); // its exit says more
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<Readonly<Record<string, string | number>> | null> => {
    child.stdin.write(`${line}\n`);
    const answer = await Promise.race([lines.next().then(({ value }) => value ?? null), failed]);
    return answer === null ? null : JSON.parse(answer);
  };
  const answerTo = async (line: string): Promise<Readonly<Record<string, string | number>>> => {
    const answer = await ask(line);
    if (!answer) throw new Error(`The peer failed at '${line}': ${complaint}`);
    return answer;
  };
  const number = async (line: string, field: string): Promise<number> => Number((await answerTo(line))[field]);
  const itself = await ask(describe(graph, options));
  if (!itself) {
    console.log(`No PyTorch beside it: '${command} ${script}' did not start. Set PYTHON to a Python that has torch.`);
    if (complaint !== '') console.log(complaint);
    return null;
  }
  return {
    name: String(itself['name']),
    time: (what, clock) => number(what, clock),
    roles: async () => (await answerTo('roles')) as Readonly<Record<string, number>>,
    peakMemoryBytes: () => number('memory', 'bytes'),
    stop: () => child.stdin.end(),
  };
};
