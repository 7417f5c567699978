/** Load on a server: as many requests as it takes, or so many a second; and the quantiles of what came back. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';

/** From field 3 on: 4 is the parent, 14 to 17 are processor times in 1/100 s, the last two of children that ended. */
const statOf = (pid: number | string): number[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);

/** Processor time of a process so far, in seconds (Linux). */
export const cpuSeconds = (pid: number): number => {
  const fields = statOf(pid);
  return (fields[11]! + fields[12]!) / 100;
};

/** The same with its children, those that have ended, too: Postgres has a process for each connection. */
export const familyCpuSeconds = (pid: number): number => {
  const living = readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && statOf(name)[1] === pid;
    } catch {
      return false; // it has just ended
    }
  });
  const [, , , , , , , , , , , , , ended = 0, endedInKernel = 0] = statOf(pid);
  return (
    cpuSeconds(pid) + (ended + endedInKernel) / 100 + living.reduce((sum, name) => sum + cpuSeconds(Number(name)), 0)
  );
};

/** Of this process, which makes the load. */
export const ownCpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

export interface Throughput {
  readonly perSecond: number;
  /** Requests for a second of the server's processor time: what a busy machine does not change. */
  readonly perCpuSecond: number;
  /** The same of the load generator: what it can ask for with a processor of its own. */
  readonly perClientSecond: number;
}

const CONNECTIONS = 20;
const BLANK_LINE = '\r\n\r\n';

/** What an answer's first bytes say of it: null until its headers are there. */
const answerOf = (bytes: Buffer): { status: number; length: number } | null => {
  const end = bytes.indexOf(BLANK_LINE);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const body = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return { status: Number(head.slice(9, 12)), length: end + BLANK_LINE.length + body };
};

/**
 * One connection that asks again as soon as the answer is there. It reads of it no more than status and length, so that
 * it costs less than any server, and as much for a long answer as for a short one: a client that decodes what it gets
 * would be what is measured.
 */
const keepAsking = (url: URL, ask: Buffer, isOver: () => boolean, onAnswer: () => void): Promise<void> =>
  new Promise((done, fail) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    let start: Buffer | null = null;
    let missing: number | null = null;
    const read = (chunk: Buffer): void => {
      if (missing === null) {
        start = start === null ? chunk : Buffer.concat([start, chunk]);
        const answer = answerOf(start);
        if (answer === null) return;
        if (answer.status !== 200 && answer.status !== 304) throw new Error(`${url}: answered with ${answer.status}`);
        missing = answer.length - start.length;
        start = null;
      } else missing -= chunk.length;
      if (missing > 0) return;
      missing = null;
      onAnswer();
      if (isOver()) socket.end(done);
      else socket.write(ask);
    };
    socket.once('error', fail).on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.write(ask);
  });

/** Requests that one URL takes, from a few connections. */
export const throughput = async (
  url: string,
  pid: number,
  seconds: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Throughput> => {
  const target = new URL(url);
  const lines = Object.entries({ host: target.host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const ask = Buffer.from(`GET ${target.pathname}${target.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [before, ownBefore] = [cpuSeconds(pid), ownCpuSeconds()];
  const began = performance.now();
  let answers = 0;
  const isOver = () => performance.now() - began >= 1000 * seconds;
  const count = () => {
    answers += 1;
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, () => keepAsking(target, ask, isOver, count)));
  return {
    perSecond: (1000 * answers) / (performance.now() - began),
    perCpuSecond: answers / (cpuSeconds(pid) - before),
    perClientSecond: answers / (ownCpuSeconds() - ownBefore),
  };
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
