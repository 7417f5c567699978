/** `npm run train-base`: killed in the middle it goes on and ends with the same network; what is missing is said. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TrainedBase } from '@topiary/contracts';
import { importModel } from '@topiary/zoo';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { reporter } from '../../scripts/base/report.js';
import { writeSmallCifar } from '../helpers/small-cifar.js';

const root = resolve(import.meta.dirname, '../..');
const BOARD = 'classification.resnet20.cifar10';
const SHORT = ['--epochs', '4', '--batch', '16', '--lr', '.05', '--threads', '1'];

vi.setConfig({ testTimeout: 240_000 });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topiary-base-'));
  await writeSmallCifar(join(folder, 'data'), { train: 32 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** The script as it is bundled; `watch` sees all that it has said whenever it says something. */
const start = (
  home: string,
  args: readonly string[],
  watch: (said: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> => {
  const { TOPIARY_URL: _url, TOPIARY_KEY: _key, ...rest } = process.env;
  const env = { ...rest, TOPIARY_HOME: join(folder, home), DATA_DIR: join(folder, 'data'), EXECUTION_PROVIDER: 'cpu' };
  const child = spawn(process.execPath, [join(root, 'dist/train-base.mjs'), ...args], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      watch(said, child);
    });
  }
  return new Promise((done) => child.once('close', (code) => done({ code, said })));
};

const trained = (home: string): TrainedBase =>
  TrainedBase.parse(JSON.parse(readFileSync(join(folder, home, 'trained', `${BOARD}.json`), 'utf8')));
const network = (home: string): Uint8Array => readFileSync(join(folder, home, 'trained', `${BOARD}.onnx`));

describe('a base model', () => {
  it('that was killed in the middle of its training is, started again, the same as without', async () => {
    const whole = await start('whole', ['resnet20', 'cifar10', ...SHORT]);
    expect(whole.said).toMatch(/epoch 1 of 4: loss \d+\.\d+, train-top1 \d+\.\d+, \d+ s left/);
    expect(whole.said).toMatch(/top1 \d+\.\d+ on 60 test examples/);
    expect(whole.said).toMatch(/no server is running: its next start opens classification\.resnet20\.cifar10/);
    expect(whole.code).toBe(0);

    const killed = await start('killed', ['resnet20', 'cifar10', ...SHORT], (said, child) => {
      if (/epoch 2 of 4/.test(said)) child.kill('SIGKILL');
    });
    expect(killed.code).toBe(null);
    expect(await readdir(join(folder, 'killed', 'checkpoints'))).toHaveLength(1);
    const again = await start('killed', ['resnet20', 'cifar10', ...SHORT]);
    expect(again.said).toMatch(/goes on after epoch [23] of 4\n(?!.*epoch [12] of)/);
    expect(again.code).toBe(0);
    const { sha256, metrics } = trained('whole');
    expect(trained('killed')).toMatchObject({ sha256, metrics });
    expect(createHash('sha256').update(network('killed')).digest('hex')).toBe(sha256);
    // it knows the colours, and so more than chance
    expect(metrics.find(({ id }) => id === 'top1')!.value).toBeGreaterThan(20);
    expect(await readdir(join(folder, 'killed', 'checkpoints'))).toEqual([]);

    const third = await start('killed', ['resnet20', 'cifar10', ...SHORT]);
    expect(third.said).toMatch(/^top1/);
    expect(importModel(network('killed'), { input: [3, 32, 32], classes: 10 }).inputs).toHaveLength(1);
  });

  it('is trained anew where anything about its training is different', async () => {
    const other = await start('killed', ['resnet20', 'cifar10', ...SHORT, '--seed', '1', '--epochs', '1']);
    expect(other.said).toMatch(/epoch 1 of 1: loss/);
    expect(trained('killed')).toMatchObject({ seed: 1, epochs: 1 });
    expect(trained('killed').sha256).not.toBe(trained('whole').sha256);
  });
});

describe('what is missing is said before anything is computed', () => {
  const CASES: readonly (readonly [what: string, args: readonly string[], sentence: RegExp])[] = [
    ['the data', ['resnet18', 'cifar100'], /TOPIARY_ZOO_DATA_MISSING.*cifar100\/train\.bin.*fetch-data -- cifar100/],
    ['a board', ['resnet50', 'cifar10'], /TOPIARY_TRACKS_UNKNOWN_BOARD.*resnet20 cifar10.*got resnet50 cifar10/],
    ['a board that can run', ['yolov8m', 'coco'], /TOPIARY_TRACKS_UNKNOWN_BOARD/],
    ['the data set', ['resnet20'], /usage: npm run train-base/],
    ['a number', ['resnet20', 'cifar10', '--epochs', '0'], /--epochs: expected a number from 1 up; got 0/],
    ['an option that there is', ['resnet20', 'cifar10', '--epoch', '1'], /--epoch/],
  ];
  it.each(CASES)('%s', async (_what, args, sentence) => {
    const { code, said } = await start('none', args);
    expect(said).toMatch(sentence);
    expect(code).toBe(1);
  });

  it('a picture that is cut off', async () => {
    const data = join(folder, 'data', 'cifar100');
    await mkdir(data);
    for (const name of ['train.bin', 'test.bin']) await writeFile(join(data, name), new Uint8Array(100));
    const { code, said } = await start('none', ['resnet18', 'cifar100']);
    expect(said).toMatch(/TOPIARY_ZOO_DATA_CORRUPT.*a multiple of 3074 bytes; got 100 bytes/);
    expect(code).toBe(1);
  });
});

describe('the course of a training', () => {
  it('is told by epoch, with means and the time that is left', () => {
    const lines: string[] = [];
    let now = 0;
    const report = reporter(
      (line) => lines.push(line),
      { epochs: 3, done: 1, steps: 2 },
      () => now,
    );
    for (const [epoch, loss] of [
      [1, 2],
      [1, 1],
      [2, 0.5],
      [2, 0.25],
    ] as const) {
      now += 60_000;
      report.step(epoch, { loss });
      if (loss === 1 || loss === 0.25) report.epoch(epoch);
    }
    expect(lines).toEqual([
      'goes on after epoch 1 of 3',
      '  epoch 2, step 1 of 2: loss 2.000, 3 min left',
      'epoch 2 of 3: loss 1.500, 2 min left',
      '  epoch 3, step 1 of 2: loss 0.500, 60 s left',
      'epoch 3 of 3: loss 0.375, 0 s left',
    ]);
  });
});
