/** `npm run doctor`: says what is missing or wrong on this machine, and the cure. Ends with 1 where a start would fail. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { isolation } from '@topiary/sandbox';
import { BOARDS } from '@topiary/tracks/catalogue';
import { DATASETS, datasetState, SHIPPED, shippedFiles } from '@topiary/zoo/catalogue';
import { endOfLife } from './node-versions.mjs';

type Finding = { readonly state: 'ok' | 'note' | 'wrong'; readonly what: string; readonly cure?: string };
type Check = () => Finding | Finding[] | Promise<Finding | Finding[]>;

const root = process.env.TOPIARY_ROOT ?? process.cwd();
const home = resolve(process.env.TOPIARY_HOME ?? join(root, '.data'));
const dataDir = resolve(process.env.DATA_DIR ?? join(home, 'datasets'));
const port = Number(process.env.PORT ?? 3000);
const GIB = 2 ** 30;

const ok = (what: string): Finding => ({ state: 'ok', what });
const note = (what: string, cure: string): Finding => ({ state: 'note', what, cure });
const wrong = (what: string, cure: string): Finding => ({ state: 'wrong', what, cure });

const node: Check = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fine = major > 20 || (major === 20 && minor >= 19);
  const old = endOfLife();
  if (!fine) return wrong(`Node ${process.versions.node}`, 'install Node 20.19 or newer');
  return old ? note(`Node ${process.versions.node}`, old) : ok(`Node ${process.versions.node}`);
};

const machine: Check = () => [
  ok(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads`),
  totalmem() >= 3 * GIB
    ? ok(`${(totalmem() / GIB).toFixed(1)} GiB of memory`)
    : note(`${(totalmem() / GIB).toFixed(1)} GiB of memory`, 'training a ResNet-56 takes about 2 GiB'),
];

const homeFolder: Check = () => {
  try {
    mkdirSync(home, { recursive: true });
    accessSync(home, constants.W_OK);
  } catch (error) {
    return wrong(
      `TOPIARY_HOME ${home} cannot be written: ${(error as Error).message}`,
      'set TOPIARY_HOME to a folder of yours',
    );
  }
  const { bavail, bsize } = statfsSync(home);
  const free = (bavail * bsize) / GIB;
  return free >= 2
    ? ok(`home ${home}, ${free.toFixed(0)} GiB free`)
    : wrong(`home ${home}, ${free.toFixed(1)} GiB free`, 'make room: the database and artefacts need about 2 GiB');
};

const isFree = (): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer().once('error', () => done(false));
    server.listen(port, process.env.HOST ?? '127.0.0.1', () => server.close(() => done(true)));
  });

const address: Check = async () => {
  if (await isFree()) return ok(`port ${port} is free`);
  const ours = await fetch(`http://127.0.0.1:${port}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
  return ours
    ? note(`port ${port}: a Topiary answers there already`, 'nothing to do, or set PORT')
    : wrong(`port ${port} is taken`, 'set PORT to a free one');
};

const onnxruntime: Check = async () => {
  try {
    const { providers } = await import('@topiary/runtime');
    const states = await providers();
    const usable = states.filter(({ available }) => available).map(({ provider }) => provider);
    return usable.length > 0
      ? ok(`onnxruntime computes on: ${usable.join(', ')}`)
      : wrong('onnxruntime has no provider', states.map(({ reason }) => reason).join('; '));
  } catch (error) {
    return wrong(
      `onnxruntime does not load: ${(error as Error).message}`,
      'run npm ci again; glibc 2.28 or newer is needed on Linux',
    );
  }
};

const postgres: Check = () => {
  if (process.env.DATABASE_URL) return ok('DATABASE_URL is set: the embedded Postgres is not used');
  const version = join(home, 'postgres', 'PG_VERSION');
  return ok(
    existsSync(version)
      ? `embedded Postgres, cluster of version ${readFileSync(version, 'utf8').trim()}`
      : 'embedded Postgres: made at the first start',
  );
};

const shipped: Check = () =>
  SHIPPED.map((shipped) =>
    shippedFiles(shipped).every(({ path }) => existsSync(path))
      ? ok(`shipped base model ${shipped.model}`)
      : wrong(`the shipped base model ${shipped.model} is missing`, 'restore packages/zoo/shipped from the repository'),
  );

const data: Check = async () =>
  Promise.all(
    DATASETS.map(async ({ id }) => {
      const { present, reason } = await datasetState(id, dataDir);
      const boards = BOARDS.filter((board) => board.dataset === id).map((board) => board.id);
      return present
        ? ok(`data set ${id}`)
        : note(
            `data set ${id}: ${reason}`,
            boards.length > 0
              ? `without it these boards only show reported results: ${boards.join(', ')}`
              : 'only networks of your own would need it',
          );
    }),
  );

const optional: Check = () =>
  [
    { command: 'redis-server', use: 'the queue tests on Redis' },
    { command: 'chromium', use: 'the browser tests' },
  ].map(({ command, use }) =>
    spawnSync(command, ['--version']).status === 0
      ? ok(command)
      : note(`${command} is not installed`, `only ${use} need it`),
  );

const box: Check = () => {
  const { lacks, missing } = isolation();
  if (lacks.length === 0) return ok('uploads run in a box of their own');
  return note(
    missing.join('; '),
    'SECURITY.md says what a host must permit; SANDBOX=require refuses uploads without it',
  );
};

const MARKS = { ok: '  ok   ', note: '  note ', wrong: '  WRONG' } as const;
let failed = false;
for (const check of [node, machine, homeFolder, address, postgres, onnxruntime, shipped, data, box, optional]) {
  for (const { state, what, cure } of [await check()].flat()) {
    process.stdout.write(`${MARKS[state]} ${what}${cure ? `\n           -> ${cure}` : ''}\n`);
    failed ||= state === 'wrong';
  }
}
process.stdout.write(
  failed ? '\nSomething is wrong: see WRONG above.\n' : '\nThis machine can run Topiary: npm start\n',
);
process.exit(failed ? 1 : 0);
