/** What a base model's settings must be is said by its task, before any data is opened. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '@topiary/onnx';
import { openStorage } from '@topiary/storage';
import { boardOf, protocolOf } from '@topiary/tracks';
import { buildModel, materialize, ResnetTiny } from '@topiary/zoo';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunContext } from '../../../workers/evaluator/src/run-context.js';
import { prepare } from '../../../workers/evaluator/src/stages/prepare.js';
import { runContext } from '../../helpers/procedure.js';

const home = mkdtempSync(join(tmpdir(), 'topiary-prepare-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const board = boardOf('classification.resnet-tiny.shapes32');

const contextWith = async (settings: Readonly<Record<string, unknown>>): Promise<RunContext> => {
  const storage = await openStorage(`file:${home}`);
  const { sha256 } = await storage.put(encode(materialize(buildModel(ResnetTiny), 0)));
  const model = { sha256, settings, metrics: [], splitHash: null };
  const job = { model, dataDir: home, testSecret: null, run: { seed: 0, run: 'r' }, home };
  return { ...runContext(), storage, board, protocol: protocolOf(board), job } as unknown as RunContext;
};

describe('settings of a base model', () => {
  it('are the task’s own: mean and standard deviation of a classifier', async () => {
    const { task } = await prepare(await contextWith({ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }));
    expect([task.id, task.examples.test]).toEqual(['classification', 4000]);
  });

  it.each([
    [{ std: [1, 1, 1] }, 'settings.mean', 'nothing'],
    [{ mean: [0, 0, 0], std: [1, -1, 1] }, 'settings.std.1', '[1,-1,1]'],
  ])('%j are refused: where, expected, got', async (settings, where, got) => {
    await expect(prepare(await contextWith(settings))).rejects.toMatchObject({
      code: 'TOPIARY_TASKS_SETTINGS',
      details: { where, expected: expect.stringContaining('as task classification wants'), got },
    });
  });
});
