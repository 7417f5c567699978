/** The files that a server is hosted with: read by real tools, and compared with the code that they start. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../scripts/backup/nightly.js';
import { composeVariables, readCompose, readDockerfile, readEnvFile } from '../../scripts/deploy/files.mjs';
import { API_FLAGS, API_MEMORY, WORKER_FLAGS } from '../../scripts/supervisor/memory.js';

const root = resolve(import.meta.dirname, '../..');
const COMPOSE = join(root, 'docker-compose.yml');
const DOCKERFILE = join(root, 'Dockerfile');
const EXAMPLE = readEnvFile(join(root, '.env.example'));

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly environment?: Record<string, string>;
  readonly volumes?: string[];
  readonly ports?: string[];
  readonly networks?: string[];
  readonly network_mode?: string;
  readonly healthcheck?: { test: string[] };
  readonly depends_on?: Record<string, { condition: string }>;
  readonly cap_drop?: string[];
  readonly security_opt?: string[];
  readonly profiles?: string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly tmpfs?: string[];
  readonly command?: string[];
}
const { services, networks, volumes } = readCompose(COMPOSE) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
};
const lasting = Object.entries(services).filter(([, { restart }]) => restart !== undefined);

/** The Compose of this machine, as a plugin or by itself. */
const compose = [['docker', 'compose'], ['docker-compose']].find(
  ([program, ...words]) => spawnSync(program!, [...words, 'version'], { stdio: 'ignore' }).status === 0,
);

describe('docker-compose.yml', () => {
  it.skipIf(!compose)('is accepted by Docker Compose, with and without the GPU', () => {
    const [program, ...words] = compose!;
    for (const profile of [[], ['--profile', 'gpu']]) {
      const { status, stderr } = spawnSync(program!, [...words, '-f', COMPOSE, ...profile, 'config', '--quiet'], {
        cwd: root,
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    }
  });
  if (!compose) console.log('skipped: docker compose config (no Docker Compose on this machine)');

  it('waits for what a service needs until it is healthy, and checks every lasting one', () => {
    for (const [name, { healthcheck }] of lasting) expect(healthcheck, name).toBeDefined();
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const ends = services[other]!.restart === undefined;
        expect(condition, `${name} on ${other}`).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  it('gives no container root, new rights or capabilities, and pins every image', () => {
    const users = new Map(
      readDockerfile(DOCKERFILE).map(({ name, steps }) => [
        name,
        steps.filter((s) => s.instruction === 'USER').at(-1)?.rest,
      ]),
    );
    expect([users.get('app'), users.get('gpu')]).toEqual(['topiary', 'topiary']);
    for (const [name, { image, user, cap_drop, security_opt }] of Object.entries(services)) {
      expect(cap_drop, name).toEqual(['ALL']);
      expect(security_opt, name).toContain('no-new-privileges:true');
      if (!image.startsWith('topiary'))
        expect([user !== undefined, /:\d+\.\d+(\.\d+)?-/.test(image)], name).toEqual([true, true]);
    }
    for (const { from } of readDockerfile(DOCKERFILE)) if (from.includes(':')) expect(from).toMatch(/:\d+\.\d+\.\d+-/);
  });

  it('lets only what handles uploads make namespaces, under a filter that forbids what Docker forbids besides', () => {
    const filters = new Map(Object.entries(services).map(([name, { security_opt }]) => [name, security_opt!.slice(1)]));
    for (const [name, filter] of filters) {
      const own = services[name]!.image.startsWith('topiary') && services[name]!.restart !== undefined;
      expect(filter, name).toEqual(own ? ['seccomp=./docker/seccomp.json', 'apparmor=unconfined'] : []);
    }
    const profile = JSON.parse(readFileSync(join(root, 'docker/seccomp.json'), 'utf8'));
    const refused = profile.syscalls.flatMap(({ names }: { names: string[] }) => names);
    expect(refused).toEqual(expect.arrayContaining(['ptrace', 'bpf', 'kexec_load', 'init_module', 'keyctl', 'setns']));
    for (const needed of ['unshare', 'clone', 'mount', 'umount2', 'pivot_root']) expect(refused).not.toContain(needed);
  });

  it('lets no container write outside its volumes and its memory, and bounds what each may take', () => {
    const added = readCompose(join(root, 'docker/caddy.compose.yml'), { SITE: 'example.org' }) as {
      services: Record<string, Service>;
    };
    for (const [name, service] of Object.entries({ ...services, caddy: added.services['caddy']! })) {
      expect([name, service.read_only, /^\d+[mg]$/.test(service.mem_limit ?? '')]).toEqual([name, true, true]);
      expect(service.pids_limit, name).toBeGreaterThan(0);
    }
    // Where Postgres and Redis put what they need while they run.
    expect(services['postgres']!.tmpfs!.join()).toContain('/var/run/postgresql');
    expect(services['redis']!.tmpfs!.join()).toContain('/run/redis');
  });

  it('backs up every night, keeps some, and is not well where the newest is older than a day and a bit', () => {
    const { command, volumes: mounts, healthcheck, networks: nets } = services['backup']!;
    expect(parseTime(command![command!.indexOf('--nightly') + 1]!)).not.toBeNull();
    expect(Number(command![command!.indexOf('--keep') + 1])).toBeGreaterThanOrEqual(7);
    expect(mounts).toEqual(expect.arrayContaining(['data:/data:ro', 'backups:/backups']));
    expect(healthcheck!.test).toContain('--newest-within');
    expect(nets).toEqual(['inside']);
  });

  it('starts API and workers with the limits of memory that `npm start` gives them, as the images do', () => {
    const started = new Map(Object.entries(services).map(([name, { command = [] }]) => [name, command.join(' ')]));
    const of = (bundle: string, flags: readonly string[]) =>
      ['node', '--enable-source-maps', ...flags, `dist/${bundle}.mjs`].join(' ');
    const workers = [...started].filter(([, command]) => command.includes('worker.mjs'));
    expect(workers.length).toBeGreaterThan(0);
    for (const [name, command] of workers) expect(command, name).toBe(of('worker', WORKER_FLAGS));
    expect(started.get('api')).toBe(of('api', API_FLAGS));
    expect(services['api']!.environment).toMatchObject({
      MALLOC_MMAP_THRESHOLD_: Number(API_MEMORY.MALLOC_MMAP_THRESHOLD_),
    });
    const ends = readDockerfile(DOCKERFILE).flatMap(({ steps }) => steps.filter((step) => step.instruction === 'CMD'));
    expect(ends.map(({ rest }) => JSON.parse(rest).join(' '))).toEqual([
      of('api', API_FLAGS),
      of('worker', WORKER_FLAGS),
    ]);
  });

  it('publishes the API alone, on this machine only, and lets nothing else out', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([['api', ['127.0.0.1:3000:3000']]]);
    expect(networks['inside']).toEqual({ internal: true });
    const outside = Object.entries(services).filter(
      ([, s]) => s.network_mode !== 'none' && (s.networks ?? ['outside']).includes('outside'),
    );
    expect(outside.map(([name]) => name)).toEqual(['api']);
  });

  it('has a named volume for whatever must outlive a container', () => {
    const used = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((text) => text.split(':')[0]!);
    expect(new Set(used.filter((name) => !name.startsWith('.')))).toEqual(new Set(Object.keys(volumes)));
  });

  it('has no password in it or beside it', () => {
    const text = readFileSync(COMPOSE, 'utf8') + readFileSync(join(root, '.env.example'), 'utf8');
    expect(text).not.toMatch(/PASSWORD=|PASSWORD:(?!.*_FILE)/);
    expect(services['postgres']!.environment).toMatchObject({ POSTGRES_PASSWORD_FILE: '/secrets/postgres' });
  });
});

describe('.env.example', () => {
  it('explains every variable that the compose file reads, with the default it has there, and no other', () => {
    expect(EXAMPLE.map(({ name }) => name).sort()).toEqual(composeVariables(COMPOSE));
    const defaults = new Map(
      [...readFileSync(COMPOSE, 'utf8').matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]),
    );
    for (const { name, value } of EXAMPLE) expect([name, value]).toEqual([name, defaults.get(name)]);
    let comment = '';
    for (const { name, comment: own } of EXAMPLE) {
      comment = own || comment;
      expect(comment.length, name).toBeGreaterThan(20);
    }
  });

  it.each([
    ['api', 'apps/api/src'],
    ['worker', 'workers/evaluator/src'],
  ])('leaves out no setting of the %s', (name, folder) => {
    const files = ['env.ts', 'limits.ts'].map((file) => join(root, folder, file));
    const text = files
      .map((file) => {
        try {
          return readFileSync(file, 'utf8');
        } catch {
          return '';
        }
      })
      .join('\n');
    const known = [...text.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map((match) => match[1]!);
    const image = readDockerfile(DOCKERFILE).find((stage) => stage.name === 'app')!;
    const inImage = image.steps
      .filter((step) => step.instruction === 'ENV')
      .flatMap(({ rest }) => [...rest.matchAll(/(\w+)=/g)].map((match) => match[1]!));
    // Of a worker that the supervisor of `npm start` numbers.
    const reached = new Set([...Object.keys(services[name]!.environment ?? {}), ...inImage, 'WORKER_INDEX']);
    expect(known.length).toBeGreaterThan(8);
    expect(known.filter((variable) => !reached.has(variable))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  it('has nothing that a linter for Dockerfiles complains about', () => {
    expect(
      validate(readFileSync(DOCKERFILE, 'utf8')).map(({ message, range }) => `${range.start.line + 1}: ${message}`),
    ).toEqual([]);
  });

  it('copies only what the repository or an earlier stage has', () => {
    const stages = readDockerfile(DOCKERFILE);
    for (const { name, steps } of stages) {
      for (const { rest } of steps.filter((step) => step.instruction === 'COPY')) {
        const [, from, source] = /^(?:--from=(\S+)\s+)?(\S+)/.exec(rest)!;
        const index = stages.findIndex((stage) => stage.name === from);
        if (from !== undefined) expect(index, `${name}: ${rest}`).toBeGreaterThanOrEqual(0);
        if (from === 'build') expect(source).toMatch(/^\/topiary\//);
      }
    }
  });
});
