/** Asks a server under attack for runs, as a person who does not give up; and waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attacked } from './server.js';

/** Of a submission. */
const SEEDS = 16;
/** Requests under way at a time: one alone would wait out every stop of the API. */
const SUBMITTERS = 4;
const BOARD = 'classification.resnet-tiny.shapes32';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Null where no whole answer came: the server may die between the first byte of one and its last. */
const ask = (url: string, request: RequestInit): Promise<Answer | null> =>
  fetch(url, request)
    .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
    .catch(() => null);

const isOk = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Sixteen runs, asked for until the answer comes; the key makes asking twice harmless. Null: it was enough before. */
export const submit = async (
  server: Attacked,
  index: number,
  seeds: number,
  enough: AbortSignal,
): Promise<string | null> => {
  while (!enough.aborted) {
    const answer = await ask(`${server.url}/api/v1/submissions`, {
      method: 'POST',
      signal: AbortSignal.timeout(20_000),
      headers: {
        authorization: `Bearer ${server.key}`,
        'content-type': 'application/json',
        'idempotency-key': `attack-${index}`,
      },
      body: JSON.stringify({
        kind: 'recipe',
        board: BOARD,
        recipe: { criterion: 'random', finetune: { steps: index + 1 } },
        seeds: Array.from({ length: seeds }, (_, seed) => seed),
      }),
    });
    if (answer && isOk(answer)) return (JSON.parse(answer.text) as { id: string }).id;
    if (answer && answer.status < 500 && answer.status !== 429)
      throw new Error(`refused: ${answer.status} ${answer.text}`);
    await sleep(500);
  }
  return null;
};

export interface Accepted {
  readonly ids: readonly string[];
  readonly runs: number;
}

/** All of them, several at a time. */
export const submitAll = async (server: Attacked, runs: number, enough: AbortSignal): Promise<Accepted> => {
  const ids: string[] = [];
  let [index, left, accepted] = [0, runs, 0];
  const submitter = async (): Promise<void> => {
    while (left > 0 && !enough.aborted) {
      const [own, seeds] = [index, Math.min(SEEDS, left)];
      index += 1;
      left -= seeds;
      const id = await submit(server, own, seeds, enough);
      if (id === null) return;
      ids.push(id);
      accepted += seeds;
    }
  };
  await Promise.all(Array.from({ length: SUBMITTERS }, submitter));
  return { ids, runs: accepted };
};

export const until = async (what: string, seconds: number, probe: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(500)) if (await probe()) return;
  throw new Error(`waited ${seconds} s in vain for ${what}`);
};

export const isReady = async (server: Attacked): Promise<boolean> => {
  const answer = await ask(`${server.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
  return answer !== null && isOk(answer);
};
