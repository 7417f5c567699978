/**
 * FIXTURES: serves the built site with made-up API answers, for looking at it while developing. Never part of the product.
 * Run: `npx vite build -c apps/web/vite.config.ts && npx tsx scripts/dev/web-fixtures.ts [port] [empty]`
 * `empty` answers as a fresh server does, before anything was submitted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { RunEvent } from '@topiary/contracts';
import * as made from './web-fixture-data.js';
import { detectorArtefacts, detectorFiles } from './web-fixture-detector.js';
import { scheduleArtefacts, scheduleFiles } from './web-fixture-schedule.js';
import { networkFiles, segmenterArtefacts, segmenterFiles, segmenterNetworks } from './web-fixture-segmenter.js';
import { answerUploads } from './web-fixture-uploads.js';

const DIST = join(import.meta.dirname, '../../apps/web/dist');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};
/** As strict as the product's should be, so that what it would refuse is seen here. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'";

const { methods, tracks } = made;
const fresh = process.argv[3] === 'empty';
const rows = fresh ? [] : made.rows;
/** A run that is over shows what a detector's would, a sampling's and a segmenter's. */
const withViews = (submission: (typeof made.submissions)[number]) => ({
  ...submission,
  runs: submission.runs.map((run) =>
    run.result
      ? {
          ...run,
          result: {
            ...run.result,
            artefacts: [...run.result.artefacts, ...detectorArtefacts, ...scheduleArtefacts, ...segmenterArtefacts],
          },
        }
      : run,
  ),
});
const submissions = fresh ? [] : made.submissions.map(withViews);
const boards = fresh
  ? made.boards.map((board) => ({ ...board, methods: 0, best: [], lastActivity: null }))
  : made.boards;
const status = fresh ? { ...made.status, queue: { waiting: 0, active: 0 }, workers: [] } : made.status;

let signedIn = false;

const json = (response: ServerResponse, body: unknown, code = 200) => {
  response.writeHead(code, { 'content-type': code < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
};

const problem = (status: number, code: string, title: string, detail: string, where?: string) => ({
  type: `/docs/errors#${code}`,
  title,
  status,
  code,
  detail,
  ...(where ? { where } : {}),
});

const network = (response: ServerResponse, bytes: Uint8Array) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
  response.end(bytes);
};

const list = (items: unknown[]) => ({ items, nextCursor: null });

/** The events of a run: a replay of what is over, or a live course over about twenty seconds. */
const stream = (response: ServerResponse, id: string, lastId: number) => {
  const found = submissions.find((submission) => submission.id === id);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  if (!found) return response.end();
  const run = found.runs[0]!;
  let sequence = 0;
  const send = (event: RunEvent) => {
    sequence += 1;
    if (sequence <= lastId) return;
    const record = { id: String(sequence), run: run.id, attempt: 1, sequence, at: new Date().toISOString(), event };
    response.write(`id: ${sequence}\ndata: ${JSON.stringify(record)}\n\n`);
  };
  const points = (from: number, to: number) => {
    const steps = Array.from({ length: to - from }, (_, i) => from + i);
    const noise = (step: number) => Math.sin(step * 12.9898) * Math.cos(step * 78.233);
    const values = steps.map((step) => 0.35 + 1.9 * Math.exp(-step / 60) + 0.16 * noise(step));
    send({ type: 'curve', stage: 'finetune', series: 'loss', steps, values });
    send({ type: 'curve', stage: 'finetune', series: 'top1', steps: [to], values: [89 - 48 * Math.exp(-to / 70)] });
  };
  send({ type: 'log', level: 'info', text: 'base model: 272,474 parameters, 9.81 M MACs (published)' });
  send({ type: 'log', level: 'warn', text: 'layer3.1.conv2 was rounded down from 27 to 24 channels' });
  if (found.state === 'done') for (let step = 0; step < 400; step += 20) points(step, step + 20);
  if (found.state !== 'running') return response.end();
  send({ type: 'state', state: 'running', problem: null });
  send({ type: 'stage', stage: 'prepare', state: 'done', progress: 1, seconds: 1.1, etaSeconds: null });
  send({ type: 'stage', stage: 'sparsify', state: 'skipped', progress: null, seconds: null, etaSeconds: null });
  send({ type: 'stage', stage: 'prune', state: 'done', progress: 1, seconds: 0.4, etaSeconds: null });
  let step = 0;
  const tick = () => {
    const progress = step / 400;
    const etaSeconds = (400 - step) / 20;
    send({ type: 'stage', stage: 'finetune', state: 'running', progress, seconds: step / 20, etaSeconds });
    points(step, step + 10);
    step += 10;
  };
  for (let i = 0; i < 17; i += 1) tick();
  const timer = setInterval(() => {
    if (step < 400) return tick();
    clearInterval(timer);
    return response.end();
  }, 500);
  response.on('close', () => clearInterval(timer));
};

const answer = (
  path: string,
  search: URLSearchParams,
  method: string,
  body: string,
  response: ServerResponse,
  lastId: number,
) => {
  const [, name = '', id = '', rest = ''] = path.split('/').map(decodeURIComponent);
  const target = search.get('target');
  if (name === 'session' && id === 'ways')
    return json(response, { signUp: 'invite', providers: [], passwordMinLength: 10, resetByMail: true });
  if (name === 'session') {
    if (method === 'POST') signedIn = JSON.parse(body).key === 'owner';
    if (method === 'DELETE') signedIn = false;
    if (method === 'POST' && !signedIn) {
      return json(
        response,
        problem(401, 'TOPIARY_API_UNAUTHENTICATED', 'A key or a login is needed', 'This key is not known.'),
        401,
      );
    }
    return json(response, {
      user: signedIn
        ? { id: 'owner', name: 'owner', role: 'admin', scopes: ['read', 'submit', 'organise', 'admin'] }
        : null,
    });
  }
  const file =
    name === 'artefacts' ? (detectorFiles.get(id) ?? scheduleFiles.get(id) ?? segmenterFiles.get(id)) : undefined;
  if (file !== undefined) return json(response, JSON.parse(file));
  const own = name === 'artefacts' ? networkFiles.get(id) : undefined;
  if (own !== undefined) return network(response, own);
  if (name === 'boards' && rest === 'base.onnx') return network(response, segmenterNetworks.base);
  if (name === 'status') return json(response, status);
  if (name === 'tracks') return json(response, list(tracks));
  if (name === 'methods') return json(response, list(methods));
  if (name === 'boards' && id === '') return json(response, list(boards));
  if (name === 'boards') {
    const board = boards.find((candidate) => candidate.id === id);
    if (!board)
      return json(
        response,
        problem(404, 'TOPIARY_TRACKS_UNKNOWN_BOARD', 'No board has this id', `No board has this id: ${id}`),
        404,
      );
    if (rest === '') return json(response, board);
    const own = board.id === boards[0]!.id ? rows : board.methods > 0 ? rows.slice(0, 2) : [];
    if (rest.endsWith('/shown')) {
      const row = own.find(({ id: one }) => rest === `rows/${one}/shown`);
      const run = submissions.find(({ id: one }) => one === row?.submission)?.runs.find(({ result }) => result);
      const { widths = [], artefacts = [] } = run?.result ?? {};
      return json(response, { run: run?.id ?? null, seed: run?.seed ?? null, widths, artefacts });
    }
    if (rest === 'compare') {
      const ids = (search.get('rows') ?? '').split(',');
      const found = ids.flatMap((one) => own.find((row) => row.id === one) ?? []);
      const pairs = found.flatMap((a, i) =>
        found.slice(i + 1).map((b, j) => ({ a: a.id, b: b.id, p: 0.3 / 10 ** (i + j), difference: 1, n: 4000 })),
      );
      return json(response, { rows: found, missing: ids.filter((one) => !own.some((row) => row.id === one)), pairs });
    }
    return json(response, {
      board,
      target: null,
      rows: own.filter((row) => !target || row.target.label === target),
      nextCursor: null,
    });
  }
  if (name === 'submissions' && method === 'POST') {
    const lr = JSON.parse(body).recipe?.finetune?.lr;
    if (lr === 9)
      return json(
        response,
        problem(
          400,
          'TOPIARY_API_VALIDATION',
          'The request does not fit the schema',
          'The request does not fit the schema: recipe.finetune.lr; expected at most 1; got 9',
          'recipe.finetune.lr',
        ),
        400,
      );
    return json(response, submissions[1], 202);
  }
  if (name === 'submissions' && id === '') return json(response, list(submissions));
  if (name === 'submissions' && rest === 'events') return stream(response, id, lastId);
  if (name === 'submissions' && rest === 'disputes') return json(response, list([]));
  const submission = submissions.find((candidate) => candidate.id === id);
  if (name === 'submissions' && submission) return json(response, submission);
  return json(
    response,
    problem(
      404,
      'TOPIARY_API_NOT_FOUND',
      'There is nothing at this address',
      `There is nothing at this address: ${path}`,
    ),
    404,
  );
};

const port = Number(process.argv[2] ?? 4173);
createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const pieces: Buffer[] = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const bytes = Buffer.concat(pieces);
    const body = bytes.toString();
    if (url.pathname.startsWith('/api/v1/')) {
      const taken = answerUploads(url.pathname.slice(7), request.method ?? 'GET', bytes);
      if (taken === null) return request.socket.destroy();
      // Slowly, so that one sees the file on its way.
      if (taken) return setTimeout(() => json(response, taken.body, taken.status), 500);
      const lastId = Number(request.headers['last-event-id'] ?? 0);
      return answer(url.pathname.slice(7), url.searchParams, request.method ?? 'GET', body, response, lastId);
    }
    const file = join(DIST, url.pathname);
    const found = extname(file) !== '' && existsSync(file) ? file : join(DIST, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(found)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    return response.end(readFileSync(found));
  });
}).listen(port, '127.0.0.1', function (this: Server) {
  console.log(`fixtures on http://127.0.0.1:${(this.address() as AddressInfo).port}`);
});
