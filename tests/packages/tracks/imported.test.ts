/** Boards that imports opened: resolved like the tracks' own, with the track's protocol and trainings. */
import { BoardDescription, type ImportedBoard, parseTarget } from '@topiary/contracts';
import {
  allBoards,
  BOARDS,
  boardOf,
  estimateSeconds,
  fillRecipe,
  protocolOf,
  resolveBoard,
} from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';

const mine = (change: Partial<ImportedBoard> = {}): ImportedBoard => ({
  id: 'classification.my-net.cifar10',
  track: 'classification',
  model: { id: 'my-net', title: 'My net' },
  dataset: { id: 'cifar10', title: 'CIFAR-10', augmentation: 'crop 4 and flip' },
  input: [3, 32, 32],
  optimizer: 'sgd',
  lacks: ['rows'],
  macs: 127_115_914,
  testExamples: 10_000,
  ...change,
});
const kept = (...boards: ImportedBoard[]) => ({ imported: async () => boards });

describe('an imported board', () => {
  it('has an estimate for what is submitted to it, which grows with targets, seeds and training', async () => {
    const board = await resolveBoard(kept(mine()), mine().id);
    const estimate = (recipe: object, targets = ['2x'], seeds = [0]) =>
      estimateSeconds(
        board,
        recipe,
        targets.map((label) => parseTarget(label)),
        seeds,
      );
    expect(estimate({})).toBe(board.estimateSeconds);
    expect(estimate({}, ['2x', '4x'], [0, 1, 2])).toBe(6 * board.estimateSeconds);
    const { steps } = board.finetune;
    expect(estimate({ finetune: { steps: 3 * steps } })).toBeCloseTo(3 * board.estimateSeconds, 6);
  });

  it('is found by its id, with or without its version, and listed after those of the tracks', async () => {
    const board = await resolveBoard(kept(mine()), mine().id);
    expect(BoardDescription.parse(board)).toEqual(board);
    expect(await resolveBoard(kept(mine()), `${mine().id}@2`)).toEqual(board);
    // what was measured under an earlier protocol stays readable
    const old = await resolveBoard(kept(mine()), `${mine().id}@1`);
    expect(old).toMatchObject({ id: mine().id, version: '1', frozen: true, versions: ['1', '2'] });
    expect((await allBoards(kept(mine()))).map(({ id }) => id)).toEqual([...BOARDS.map(({ id }) => id), mine().id]);
    await expect(resolveBoard(kept(mine()), `${mine().id}@7`)).rejects.toThrow(/expected one of 1, 2; got 7/);
    await expect(resolveBoard(kept(), mine().id)).rejects.toThrow(
      expect.objectContaining({ code: 'TOPIARY_TRACKS_UNKNOWN_BOARD' }),
    );
  });

  it("has the protocol, targets and trainings of the track's board on the same data set", async () => {
    const [board, own] = [await resolveBoard(kept(mine()), mine().id), boardOf('classification.resnet56.cifar10')];
    const { targets, finetune, sparsify, protocol, version } = own;
    expect(board).toMatchObject({
      targets,
      finetune,
      sparsify,
      protocol,
      version,
      title: 'My net on CIFAR-10',
      lacks: ['rows'],
    });
    expect(fillRecipe(board, {})).toEqual(fillRecipe(own, {}));
    expect(protocolOf(board)).toBe(protocolOf(own));
  });

  it('says how training pictures of its data set are augmented, and takes longer the more it computes', async () => {
    const augmentation = 'random resized crop and flip';
    const dataset = { id: 'flowers', title: 'flowers', augmentation };
    const [small, large] = await Promise.all(
      [1e8, 1e9].map((macs) => {
        const board = mine({ id: 'classification.my-net.flowers', dataset, macs });
        return resolveBoard(kept(board), board.id);
      }),
    );
    expect(small!.protocol).toContain(`, ${augmentation} ·`);
    expect(large!.estimateSeconds / small!.estimateSeconds).toBeGreaterThan(5);
  });
});
