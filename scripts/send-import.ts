/** Sends a network to a running server as an import, and tells what the server says of it until its board is open. */
import { events, type Submission } from '@topiary/client';
import { type Client, fail } from './client.js';

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

/** `facts`: board, or name and dataset; mean, std; classes and title where there are any. */
export const sendImport = async (
  { url, api, call }: Client,
  bytes: Uint8Array,
  facts: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const given = Object.entries(facts).flatMap(([fact, value]) => (value ? [[fact, value]] : []));
  const path = `/imports?${new URLSearchParams(given)}`;
  const { id } = await call<Submission>({ method: 'POST', path, body: bytes });
  say(`uploaded ${bytes.length} bytes; checking and evaluating: ${url}/submissions/${id}`);
  for await (const { event } of events(api, id)) {
    if (event.type === 'log' && event.level === 'warn') say(`warning: ${event.text}`);
  }
  const { board, state, runs } = await call<Submission>({ path: `/submissions/${id}` });
  const { problem, result } = runs[0]!;
  if (state !== 'done') return fail(problem ? `${problem.code}: ${problem.detail}` : state);
  for (const { id: metric, value, n } of result?.metrics ?? [])
    say(`${metric} ${value.toFixed(3)} on ${n} test examples`);
  say(`the board is open: ${url}/boards/${board}`);
};
