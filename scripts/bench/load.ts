/** Load on a server: as many requests as it takes, or so many a second; and the quantiles of what came back. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

/** Processor time of a process so far, in seconds (Linux: fields 14 and 15 of /proc/<pid>/stat, in 1/100 s). */
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

export interface Throughput {
  readonly perSecond: number;
  /** Requests for a second of the server's processor time: what a busy machine does not change. */
  readonly perCpuSecond: number;
}

/** Requests that one URL takes, from a few connections. */
export const throughput = async (
  url: string,
  pid: number,
  seconds: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Throughput> => {
  const before = cpuSeconds(pid);
  const { requests, errors, non2xx, statusCodeStats } = await autocannon({
    url,
    connections: 20,
    duration: seconds,
    headers: { ...headers },
  });
  const notModified = statusCodeStats?.['304']?.count ?? 0;
  if (errors > 0 || non2xx > notModified)
    throw new Error(`${url}: ${errors} errors, ${non2xx} answers that are not fine`);
  return { perSecond: requests.average, perCpuSecond: requests.total / (cpuSeconds(pid) - before) };
};

/** The value below which the share `q` of them lies (nearest rank). */
export const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)]!;

export const timed = async (request: () => Promise<Response>): Promise<{ ms: number; status: number }> => {
  const began = performance.now();
  try {
    const response = await request();
    await response.arrayBuffer();
    return { ms: performance.now() - began, status: response.status };
  } catch {
    // No connection, or a broken one: counted as an answer that is not fine.
    return { ms: performance.now() - began, status: 0 };
  }
};

/** Starts a request every `1 / perSecond` seconds, whether or not the last one has ended (an open loop). */
export const openLoop = async (
  perSecond: number,
  seconds: number,
  request: (i: number) => Promise<Response>,
): Promise<{ ms: number; status: number }[]> => {
  const began = performance.now();
  const all: Promise<{ ms: number; status: number }>[] = [];
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const due = began + (1000 * i) / perSecond;
    await new Promise((next) => setTimeout(next, Math.max(0, due - performance.now())));
    all.push(timed(() => request(i)));
  }
  return Promise.all(all);
};
