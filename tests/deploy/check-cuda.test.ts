/** What a library needs, read from its file and compared with what the system's own loader says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { cudaMajorOf, neededBy } from '../../scripts/deploy/check-cuda.mjs';
import { readDockerfile } from '../../scripts/deploy/files.mjs';

const root = resolve(import.meta.dirname, '../..');
const onnxruntime = join(root, 'node_modules/onnxruntime-node/bin/napi-v6/linux', process.arch, 'libonnxruntime.so.1');

it.skipIf(process.platform !== 'linux')('reads what onnxruntime itself needs, as objdump does', () => {
  for (const file of [onnxruntime, process.execPath]) {
    const { stdout, status } = spawnSync('objdump', ['-p', file], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (status !== 0) return void console.log('skipped: no objdump on this machine');
    const expected = [...stdout.matchAll(/^\s+NEEDED\s+(\S+)$/gm)].map(([, name]) => name!);
    expect(expected.length).toBeGreaterThan(2);
    expect(neededBy(readFileSync(file))).toEqual(expected);
  }
});

it('takes the version of CUDA from its own libraries, not from cuDNN', () => {
  expect(cudaMajorOf(['libcublasLt.so.12', 'libcublas.so.12', 'libcudnn.so.9', 'libcudart.so.12', 'libc.so.6'])).toBe(
    12,
  );
  expect(cudaMajorOf(['libcudart.so.13', 'libcudnn.so.9'])).toBe(13);
  expect(cudaMajorOf(['libcudart.so.13', 'libcublas.so.12'])).toBeNull();
  expect(cudaMajorOf(['libc.so.6'])).toBeNull();
});

it('the image for accelerators asks for the version that it has', () => {
  const stages = readDockerfile(join(root, 'Dockerfile'));
  const [, image] = /^nvidia\/cuda:(\d+)\./.exec(stages.find(({ name }) => name === 'gpu')!.from)!;
  const steps = stages
    .find(({ name }) => name === 'build-gpu')!
    .steps.map(({ rest }) => rest)
    .join('\n');
  expect(steps).toContain(`ONNXRUNTIME_NODE_INSTALL=cuda${image}`);
  expect(steps).toMatch(new RegExp(`check-cuda\\.mjs node_modules/onnxruntime-node ${image}\\b`));
});
