/** The packed command line (`npm pack`) installs into an empty folder without a network, and works there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canonicalize } from '@topiary/canonical';
import { decode, encode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'topiary-packed-'));
const app = join(folder, 'app');

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const topiary = (...args: string[]) => {
  // no file of the clone is in reach, neither by a path nor by an environment variable
  const env = { PATH: process.env.PATH, HOME: folder };
  return spawnSync(join(app, 'node_modules/.bin/topiary'), args, { cwd: app, encoding: 'utf8', env });
};

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/setup.mjs'], { cwd: root });
  npm(['pack', '--pack-destination', folder], join(root, 'apps/cli'));
  const [packed] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "somebody-else", "private": true }');
  npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, packed!)], app);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('brings nothing but itself', () => {
  expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@topiary']);
  expect(readdirSync(join(app, 'node_modules/@topiary'))).toEqual(['cli']);
  expect(readFileSync(join(app, 'node_modules/@topiary/cli/dist/THIRD-PARTY.txt'), 'utf8')).toMatch(/^protobufjs /m);
});

it('says its version, its commands, and what it would complete', () => {
  expect(topiary('--version')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
  expect(topiary('--help').stdout).toContain('prune <file.onnx>');
  expect(topiary('complete', '--', 'pr').stdout).toBe('prune\n');
});

it('prunes, explains and checks a network', () => {
  const graph = materialize(buildModel(modelOf('resnet-tiny')), 0);
  writeFileSync(join(app, 'net.onnx'), encode(graph));
  const pruned = topiary('prune', 'net.onnx', '--target', '2x', '-o', 'half.onnx');
  expect(pruned).toMatchObject({ status: 0, stderr: '' });
  const half = count(canonicalize(decode(readFileSync(join(app, 'half.onnx')))));
  expect(count(graph).published / half.published).toBeGreaterThanOrEqual(2);
  expect(existsSync(join(app, 'half.kept.json'))).toBe(true);
  expect(topiary('explain', 'half.onnx')).toMatchObject({ status: 0, stderr: '' });
  expect(topiary('check', 'half.onnx', '--base', 'net.onnx')).toMatchObject({ status: 0, stderr: '' });
  const pictures = topiary('prune', 'net.onnx', '--data', 'pictures');
  expect(pictures).toMatchObject({ status: 2, stderr: expect.stringContaining('npm install onnxruntime-node@') });
  expect(topiary('boards', '--url', 'http://127.0.0.1:9').status).toBe(4);
});

it('completes at the prompt of a shell', () => {
  const script = topiary('completions', 'bash').stdout;
  const ask = `${script}
PATH="$PWD/node_modules/.bin:$PATH"
COMP_WORDS=(topiary prune net.onnx --sc); COMP_CWORD=3
_topiary; echo "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', ask], { cwd: app, encoding: 'utf8' });
  expect(stdout).toBe('--scope\n');
});
