/** The table of differences from PruningBench is made from what methods and boards say of themselves. */
import { Prune } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';
import { boardOf, differences } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const rowOf = (id: string, rows = differences(BOARD)) => rows.find((row) => row.id === id)!;

describe('differences', () => {
  it('names every difference that a method has once, with all methods that have it', () => {
    const rows = differences(BOARD);
    expect(new Set(rows.map(({ what }) => what)).size).toBe(rows.length);
    for (const { id, kind, deviations = [] } of METHODS) {
      for (const { what } of deviations) {
        expect(rows.find((row) => row.what === what)!.methods).toContainEqual(expect.objectContaining({ kind, id }));
      }
    }
    expect(rowOf('raw-weights').methods.map(({ id }) => id)).toEqual(['fpgm']);
    expect(rowOf('repeats-first').methods.length).toBeGreaterThan(8);
  });

  it("says a board's own training beside the published one", () => {
    // PruningBench, README and platform: 100 epochs on CIFAR (decay at 60 and 80), 90 on ImageNet, 30 of them sparse, 90 on COCO
    const published = /100 epochs on CIFAR and 90 on ImageNet, sparse training 100 and 30.*divided by ten twice/;
    expect(rowOf('training').what).toMatch(published);
    expect(rowOf('training').what).toContain(
      'fine-tuning takes 200 steps of 128 examples (SGD, learning rate 0.01, cosine), and sparse training 200 steps of 128 examples (SGD, learning rate 0.01, step)',
    );
    const vit = rowOf('training', differences(boardOf('classification.vit-tiny.shapes32')));
    expect(vit.what).toContain('fine-tuning takes 200 steps of 128 examples (AdamW, learning rate 0.001, cosine)');
    const detector = rowOf('training', differences(boardOf('detection.yolov8m.coco')));
    expect(detector.what).toMatch(/^Fine-tuning takes 90 epochs .* COCO\. Here fine-tuning takes 400 steps of 16/);
    expect(detector.what).not.toContain('ImageNet');
  });

  it('says training without a board, too, for every task that PruningBench has', () => {
    const rows = differences().filter(({ id }) => id === 'training');
    expect(rows.map(({ what }) => what)).toEqual([
      expect.stringMatching(/100 epochs on CIFAR.* Here each takes as many steps as the board says, 200 to 400\.$/),
      expect.stringMatching(/90 epochs .* COCO\. Here each takes as many steps as the board says, 100 to 400\.$/),
    ]);
    // it has no diffusion and no segmentation
    for (const id of ['diffusion.dit-tiny.shapes16', 'segmentation.sam-tiny.scenes64']) {
      expect(rowOf('training', differences(boardOf(id)))).toBeUndefined();
      expect(rowOf('solver', differences(boardOf(id)))).toBeDefined();
    }
  });

  it('says nothing of the protocol where nothing runs, and of version 1 what it did', () => {
    const rows = differences(boardOf('generation.dit-xl-2.imagenet256'));
    expect(rows.filter(({ methods }) => methods.length === 0)).toEqual([]);
    const first = rowOf('solver', differences(boardOf('classification.resnet-tiny.shapes32@1')));
    expect(first.what).toContain('some criteria are estimated 8 times and others once');
  });

  it('says how often criteria are estimated, of a board its own number', () => {
    expect(rowOf('solver').what).toMatch(/each of 400 steps\. Here all criteria are estimated 20 times/);
    const board = boardOf('classification.vit-tiny.shapes32');
    expect(rowOf('solver', differences(board)).what).toMatch(/estimated 10 times/);
    expect(rowOf('solver', differences()).what).toMatch(/as often as the board says, 1 to 20 times/);
  });
});

describe('deviations of methods', () => {
  const OURS = METHODS.filter(({ kind }) => kind !== 'procedure');

  it.each(OURS.map(({ id, kind }) => `${kind} ${id}`))('%s says how it differs, in whole sentences', (name) => {
    const { deviations } = OURS.find(({ id, kind }) => `${kind} ${id}` === name)!;
    expect(deviations).toBeDefined();
    expect(new Set(deviations!.map(({ id }) => id)).size).toBe(deviations!.length);
    for (const { what, why } of deviations!) {
      expect(what).toMatch(/^[A-Z].*\. Here.*\.$|^[A-Z].*\.$/);
      expect(why).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('name how much data the published code looks at, and how much is looked at here', () => {
    const said = (criterion: string, id: string) =>
      OURS.find((one) => one.kind === 'criterion' && one.id === criterion)!.deviations!.find((one) => one.id === id);
    // EigenDamage's C-OBD in PruningBench: T = 10; Torch-Pruning's ViT scripts: 10 or 50; HRank: 500 pictures
    expect(said('obd-c', 'few-batches')).toMatchObject({
      from: 'PruningBench',
      what: expect.stringMatching(/^Ten .*four/),
    });
    expect(said('taylor', 'few-batches')!.what).toMatch(/10 or 50 batches of 64\. Here four batches/);
    expect(Prune.parse({}).batches).toBe(4);
    const hrank = OURS.find(({ id }) => id === 'hrank')!;
    const pictures = hrank.parameters.find(({ id }) => id === 'examples')!.default;
    expect(said('hrank', 'pictures')!.what).toContain(`over 500 pictures. Here they are averaged over ${pictures} `);
    const form = hrank.parameters.find(({ id }) => id === 'form')!;
    expect([form.default, form.choices]).toEqual(['fresh', ['fresh', 'network']]);
    expect(said('hrank', 'own-norm')).toMatchObject({ from: 'paper', why: expect.stringContaining('`form` network') });
  });

  it('speak of parameters that the method has', () => {
    for (const { parameters, deviations = [] } of OURS) {
      for (const { what, why } of deviations) {
        for (const [, id] of `${what} ${why}`.matchAll(/`(\w+)[^`]*`/g)) {
          expect(parameters.map((parameter) => parameter.id)).toContain(id);
        }
      }
    }
  });
});
