/** Tracks and boards: contract, names, protocol of the literature, and how little the catalogue loads. */
import { join, resolve } from 'node:path';
import { BoardDescription, TrackDescription } from '@topiary/contracts';
import { BOARDS, boardOf, cannotRun, protocolOf, specOf, TRACKS, trackOf } from '@topiary/tracks/catalogue';
import { datasetOf, modelOf, SHIPPED } from '@topiary/zoo/catalogue';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

describe('boards', () => {
  it('are complete descriptions with ids made of track, model and data set', () => {
    for (const board of BOARDS) {
      expect(BoardDescription.parse(board)).toEqual(board);
      expect(board.id).toBe(`${board.track}.${board.model}.${board.dataset}`);
      expect(TrackDescription.parse(trackOf(board))).toEqual(trackOf(board));
    }
    expect(new Set(BOARDS.map(({ id }) => id)).size).toBe(BOARDS.length);
    expect(BOARDS[0]!.id).toBe('classification.resnet-tiny.shapes32');
  });

  it('of shipped networks name a model and a data set of one input size', () => {
    const small = BOARDS.filter(({ dataset }) => dataset === 'shapes32');
    expect(small).toHaveLength(5);
    for (const board of small) expect(modelOf(board.model).input).toEqual(datasetOf(board.dataset).input);
    // the network of a board that was given up stays, so that what padded shortcuts do can be tried
    const open = SHIPPED.filter(({ model }) => model !== 'resnet-tiny-padded');
    for (const { model, dataset } of open) {
      expect(BOARDS.some((board) => board.model === model && board.dataset === dataset)).toBe(true);
    }
  });

  it('ask for 2x, 3x and 4x on ImageNet and COCO as PruningBench does', () => {
    for (const board of BOARDS.filter(({ dataset }) => dataset === 'imagenet' || dataset === 'coco')) {
      expect(board.targets.map(({ value }) => value)).toEqual([2, 3, 4]);
    }
    for (const board of BOARDS.filter(({ track }) => track !== 'generation')) expect(cannotRun(board)).toBeNull();
  });

  it('ask for 2x, 4x and 8x on CIFAR as PruningBench does, with 400 steps of batch 128', () => {
    const board = boardOf('classification.resnet56.cifar10');
    expect(board.targets.map(({ value }) => value)).toEqual([2, 4, 8]);
    expect(specOf(board)!.finetune).toMatchObject({
      steps: 400,
      batch: 128,
      optimizer: 'sgd',
      lr: 0.01,
      momentum: 0.9,
      weightDecay: 5e-4,
      schedule: 'cosine',
      mixup: 0,
      distillation: 'none',
    });
    expect(protocolOf(board)).toMatchObject({ counter: 'published', options: { crop: 4, flip: true } });
  });

  it('tell the protocol in one line', () => {
    expect(boardOf('classification.resnet20.cifar10').protocol).toBe(
      'CIFAR-10 · 400 steps of 128 by SGD, lr 0.01 cosine, momentum 0.9, weight decay 0.0005, crop 4 and flip · every criterion estimated 20 times · targets by the published MACs · classification/2',
    );
  });
});

describe('boardOf', () => {
  it('takes the current id and an id with its version', () => {
    const board = BOARDS[0]!;
    expect(boardOf(board.id)).toBe(board);
    expect(boardOf(`${board.id}@2`)).toBe(board);
    expect(boardOf(`${board.id}@1`)).toMatchObject({ id: board.id, version: '1', frozen: true });
  });

  it('says what there is otherwise', () => {
    expect(() => boardOf('classification.resnet20')).toThrow(
      /expected one of the \d+ boards of GET .*; did you mean 'classification\.resnet20\.cifar10'\?; got classification\.resnet20/,
    );
    expect(() => boardOf('nothing like it')).toThrow(/expected one of the \d+ boards of GET [^;]*; got/);
    expect(() => boardOf(`${BOARDS[0]!.id}@7`)).toThrow(/version of board .*; expected one of 1, 2; got 7/);
    expect(() => boardOf('')).toThrow(/No board has this id/);
  });
});

it('ends every run with the stages of the design', () => {
  expect(TRACKS[0]!.stages.map(({ id }) => id)).toEqual([
    'prepare',
    'sparsify',
    'prune',
    'finetune',
    'evaluate',
    'measure',
    'publish',
  ]);
});

it('loads plain descriptions only', async () => {
  const { metafile } = await build({
    entryPoints: [join(root, 'packages/tracks/src/catalogue.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outfile: 'catalogue.mjs',
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  const ours = new Set(inputs.filter((path) => path.startsWith('packages/')).map((path) => path.split('/')[1]));
  expect([...ours].sort()).toEqual(['contracts', 'errors', 'methods', 'tasks', 'tracks']);
  const others = new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  expect([...others]).toEqual(['zod']);
});
