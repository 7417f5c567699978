/**
 * `npm run import -- model.onnx --board classification.resnet56.cifar10 --mean .485,.456,.406 --std .229,.224,.225`
 * Uploads a network as the base model of a board; the server evaluates it before it admits it.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { answer, connect, fail, main } from './client.js';

const USAGE = `usage: npm run import -- <file.onnx> --board <id> --mean r,g,b --std r,g,b [--url http://127.0.0.1:3000] [--key <key>]`;

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

await main(async () => {
  const { board } = values;
  const file = positionals[0];
  if (!file || !board) return fail(USAGE);
  const { url, api, call } = await connect(values);
  const [mean, std] = [numbers(values.mean, 'mean'), numbers(values.std, 'std')];
  const bytes = await readFile(file).catch((error: Error) => fail(error.message));
  const upload = { method: 'POST', path: '/artefacts', body: new Uint8Array(bytes) } as const;
  const { sha256 } = await call<{ sha256: string }>(upload);
  process.stdout.write(`uploaded ${bytes.length} bytes as ${sha256}\n`);
  const body = { kind: 'import', board, model: sha256, mean, std } as const;
  let submission = answer(await api.POST('/api/v1/submissions', { body }));
  process.stdout.write(`evaluating: ${url}/submissions/${submission.id}\n`);
  while (submission.state === 'queued' || submission.state === 'running') {
    await new Promise((next) => setTimeout(next, 500));
    submission = answer(await api.GET('/api/v1/submissions/{id}', { params: { path: { id: submission.id } } }));
  }
  const run = submission.runs[0]!;
  if (submission.state !== 'done') fail(`${submission.state}: ${run.problem?.code ?? ''} ${run.problem?.detail ?? ''}`);
  for (const { id, value, n } of run.result?.metrics ?? [])
    process.stdout.write(`${id} ${value.toFixed(3)} on ${n} test examples\n`);
  process.stdout.write(`the board is open: ${url}/boards/${board}\n`);
});
