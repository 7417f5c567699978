/** What this worker computes on: the provider that really loads, asked in a process of its own, and the device's labels. */
import { fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { type ErrorCode, type ErrorDetails, TopiaryError } from '@topiary/errors';
import type { Chosen, ProviderChoice } from '@topiary/runtime';

export type ProbeAnswer =
  | ({ readonly ok: true } & Chosen)
  | { readonly ok: false; readonly code: ErrorCode; readonly details: ErrorDetails };

export interface Device extends Chosen {
  /** The class that runs name. */
  readonly device: 'cpu' | 'gpu';
  readonly name: string;
  /** Of an accelerator: one worker at a time may hold it. Processors are shared, and cores divided. */
  readonly exclusive: string | null;
  /** What a run may take: of the accelerator, or of this machine or container. */
  readonly memoryBytes: number;
  readonly cores: number;
}

const PROBE_MS = 120_000;

/** A container's share of processor time, if it has one. */
const quotaCores = (): number => {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ').map(Number);
    return Number.isFinite(quota) ? Math.max(1, Math.floor(quota! / period!)) : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

export const usableCores = (): number => Math.min(availableParallelism(), quotaCores());

const usableMemory = (): number => {
  // 0, or beyond what there is, where nothing limits this process.
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
};

interface Accelerator {
  readonly uuid: string;
  readonly name: string;
  readonly memoryBytes: number;
}

/** A line of `nvidia-smi --query-gpu=uuid,name,memory.total --format=csv,noheader,nounits`; memory in MiB. */
export const parseAccelerator = (line: string): Accelerator | null => {
  const [uuid, name, mebibytes] = line.split(',').map((part) => part.trim());
  const memoryBytes = Number(mebibytes) * 2 ** 20;
  return uuid && name && memoryBytes > 0 ? { uuid, name, memoryBytes } : null;
};

/** The one that CUDA takes: the first that is visible. */
const accelerator = (): Accelerator => {
  const [first = '0'] = (process.env.CUDA_VISIBLE_DEVICES ?? '').split(',').filter(Boolean);
  const query = ['--query-gpu=uuid,name,memory.total', '--format=csv,noheader,nounits', '-i', first];
  const { stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  const found = parseAccelerator(stdout?.split('\n')[0] ?? '');
  // It computes, so it is there; what it holds, nobody says, and so the machine's own memory is the bound.
  return found ?? { uuid: `${hostname()}-${first}`, name: 'CUDA device', memoryBytes: usableMemory() };
};

const ask = (file: string, choice: ProviderChoice, execArgv: string[]): Promise<ProbeAnswer> =>
  new Promise((done, fail) => {
    const child = fork(file, [choice], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_MS);
    let last = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      last = text.trim().split('\n').at(-1) || last;
    });
    child.once('message', (answer) => done(answer as ProbeAnswer));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      fail(
        new TopiaryError('TOPIARY_RUNTIME_PROVIDER', {
          where: `EXECUTION_PROVIDER=${choice}`,
          expected: 'onnxruntime to load',
          got: `the end of the process that tried it (${signal ?? `exit ${code}`})${last && `: ${last}`}`,
        }),
      );
    });
  });

/** Throws TOPIARY_RUNTIME_PROVIDER where the provider that is asked for does not load. */
export const findDevice = async (file: string, choice: ProviderChoice, execArgv: string[] = []): Promise<Device> => {
  const answer = await ask(file, choice, execArgv);
  if (!answer.ok) throw new TopiaryError(answer.code, answer.details);
  const { provider, fellBack } = answer;
  const cores = usableCores();
  if (provider === 'cpu') {
    const name = cpus()[0]?.model.trim() ?? 'unknown';
    return { provider, fellBack, device: 'cpu', name, exclusive: null, memoryBytes: usableMemory(), cores };
  }
  const { uuid, name, memoryBytes } = accelerator();
  return { provider, fellBack, device: 'gpu', name, exclusive: uuid, memoryBytes, cores };
};
