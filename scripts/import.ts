/**
 * `npm run import -- model.onnx --board classification.resnet56.cifar10 --mean .485,.456,.406 --std .229,.224,.225`
 * Uploads a network as the base model of a board; the server evaluates it before it admits it.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Problem, Submission } from '@topiary/contracts';

const USAGE = `usage: npm run import -- <file.onnx> --board <id> --mean r,g,b --std r,g,b [--url http://127.0.0.1:3000] [--key <key>]`;

const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const numbers = (text: string | undefined, name: string): number[] => {
  const values = (text ?? '').split(',').map(Number);
  if (!text || values.some(Number.isNaN))
    fail(`--${name} takes numbers separated by commas, got '${text ?? 'nothing'}'\n${USAGE}`);
  return values;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    board: { type: 'string' },
    mean: { type: 'string' },
    std: { type: 'string' },
    url: { type: 'string' },
    key: { type: 'string' },
  },
});
const file = positionals[0];
if (!file || !values.board) fail(USAGE);
const url = values.url ?? process.env.TOPIARY_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
const home = resolve(process.env.TOPIARY_HOME ?? '.data');
const key =
  values.key ?? process.env.TOPIARY_KEY ?? (await readFile(join(home, 'owner.key'), 'utf8').catch(() => '')).trim();
if (!key) fail(`no key: pass --key, set TOPIARY_KEY, or start the server on ${home} once`);

const call = async <T>(method: string, path: string, body?: Uint8Array | object): Promise<T> => {
  const binary = body instanceof Uint8Array;
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body ? { 'content-type': binary ? 'application/octet-stream' : 'application/json' } : {}),
    },
    ...(body ? { body: binary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) } : {}),
  }).catch((error: unknown) => fail(`no server answers at ${url}: ${error}`));
  const json = (await answer.json()) as T & Problem;
  return answer.ok ? json : fail(`${json.code}: ${json.detail}`);
};

const [mean, std] = [numbers(values.mean, 'mean'), numbers(values.std, 'std')];
const bytes = await readFile(file!).catch((error: Error) => fail(error.message));
const { sha256 } = await call<{ sha256: string }>('POST', '/artefacts', new Uint8Array(bytes));
process.stdout.write(`uploaded ${bytes.length} bytes as ${sha256}\n`);
let submission = await call<Submission>('POST', '/submissions', {
  kind: 'import',
  board: values.board,
  model: sha256,
  mean,
  std,
});
process.stdout.write(`evaluating: ${url}/submissions/${submission.id}\n`);
while (submission.state === 'queued' || submission.state === 'running') {
  await new Promise((next) => setTimeout(next, 500));
  submission = await call<Submission>('GET', `/submissions/${submission.id}`);
}
const run = submission.runs[0]!;
if (submission.state !== 'done') fail(`${submission.state}: ${run.problem?.code ?? ''} ${run.problem?.detail ?? ''}`);
for (const { id, value, n } of run.result?.metrics ?? [])
  process.stdout.write(`${id} ${value.toFixed(3)} on ${n} test examples\n`);
process.stdout.write(`the board is open: ${url}/boards/${values.board}\n`);
