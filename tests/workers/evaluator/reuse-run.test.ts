/** A whole run of Learning-to-Cache and one of fewer steps, as the worker takes them: parts, schedule, costs, controls. */
import type { Result, ShippedRun } from '@topiary/contracts';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { graphOf, readManifest } from '@topiary/pipeline';
import { leaderboard } from '@topiary/stats';
import { boardOf, fillRecipe, recipeLabel } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../apps/api/src/leaderboard.js';
import { fromShipped } from '../../../apps/api/src/run-records.js';
import { withContext } from '../../../scripts/experiments/context.js';
import { shippedRunOf } from '../../../scripts/suite/record.js';
import { recipeRun } from '../../../workers/evaluator/src/recipe-run.js';
import { narrowDenoiser } from '../../helpers/denoiser-task.js';

const BOARD = 'diffusion.dit-tiny.shapes16';
const FEW = { samples: 20, compared: 10, bank: 20 };

interface Ran {
  readonly result: Result;
  readonly shipped: ShippedRun;
  readonly file: (kind: string) => Promise<Uint8Array | null>;
}

const ran = async (
  procedure: string,
  params: Readonly<Record<string, number | string>>,
  target: string,
  look: (ran: Ran) => Promise<void>,
): Promise<void> => {
  const recipe = { procedure, criterion: null, params: { procedure: params }, finetune: { batch: 4 } };
  const model = encode(standard(graphOf(narrowDenoiser(0, 0.05))));
  const run = { board: BOARD, recipe, target, seed: 0, threads: 1, model, normalisation: {}, codeVersion: 'test' };
  await withContext({ ...run, dataDir: '' }, async (context) => {
    const protocol = { ...context.protocol, options: { ...context.protocol.options, ...FEW } };
    const { result } = await recipeRun({ ...context, protocol });
    const filled = fillRecipe(boardOf(BOARD), recipe);
    const at = new Date().toISOString();
    const finished = { result, target: context.job.run.target!, seed: 0, board: BOARD, finishedAt: at };
    const about = { label: recipeLabel(filled), recipe: filled };
    const shipped = shippedRunOf(about, finished, { division: 'closed', correct: null, noLatency: true });
    const file = async (kind: string) => {
      const found = result.artefacts.find((artefact) => artefact.kind === kind);
      return found ? context.storage.read(found.sha256) : null;
    };
    await look({ result, shipped, file });
  });
};

/** How the board sees these runs. */
const rowsOf = (...runs: readonly ShippedRun[]) => leaderboard(runs.map(fromShipped), rulesOf(boardOf(BOARD)));

describe('a run that reuses', () => {
  it('leaves its parts, their schedule and pictures of both; chance beside it is its control', async () => {
    const params = { steps: 1 };
    await ran('learning-to-cache', params, 'trajectory-macs:1.2x', async ({ result, shipped, file }) => {
      expect(result.achieved).toBeGreaterThanOrEqual(1.2);
      expect(result.axes).toEqual(['critical-macs', 'latency', 'slot-bytes', 'trajectory-macs']);
      expect(result.costs!['slot-bytes']!.left).toBeGreaterThan(0);
      expect(result.costs!['steps']).toEqual({ base: 20, left: 20 });
      const { schedule, parts } = readManifest((await file('pipeline'))!)!;
      expect(schedule.stretches.reduce((sum, { steps }) => sum + steps!, 0)).toBe(20);
      expect(Object.keys(parts)[0]).toBe('full');
      for (const kind of ['schedule', 'gates', 'samples']) expect(await file(kind)).not.toBeNull();
      await ran('learning-to-cache', { ...params, which: 'random' }, 'trajectory-macs:1.2x', async (chance) => {
        const rows = rowsOf(shipped, chance.shipped);
        expect(new Set(rows.map(({ ranking }) => ranking)).size).toBe(1);
        expect(rows.map(({ label, control }) => [label.includes('random'), control]).sort()).toEqual([
          [false, null],
          [true, 'random'],
        ]);
      });
    });
  });

  it('is ranked apart from fewer steps, whose schedule is written beside the one network', async () => {
    await ran('fewer-steps', {}, 'trajectory-macs:1.3x', async ({ result, shipped, file }) => {
      expect(result.achieved).toBeCloseTo(20 / 15, 6);
      expect(readManifest((await file('pipeline'))!)!.schedule.settings).toEqual({ steps: 15 });
      const [row] = rowsOf(shipped);
      expect(row!.control).toBe('fewer-steps');
      expect(row!.ranking).toContain('steps');
    });
  });
});
