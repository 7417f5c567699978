/** A denoiser that somebody sends: three inputs, judged, trained and timed in its box as the base is. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { canonicalize } from '@topiary/canonical';
import { check, rulesBeside } from '@topiary/gate';
import { standard } from '@topiary/lowering';
import { trainPipeline } from '@topiary/methods';
import { dataOf, decode, encode, type Graph } from '@topiary/onnx';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { blocksOf, dropBlocks } from '@topiary/pruning';
import { boardOf, fillRecipe, protocolOf } from '@topiary/tracks';
import { buildDenoiser, buildModel, DitTiny, materialize, ResnetTiny } from '@topiary/zoo';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { afterEach, describe, expect, it } from 'vitest';
import { dit } from '../../../packages/zoo/src/denoisers/_dit.js';
import { withContext } from '../../../scripts/experiments/context.js';
import { ownCompute, remoteCompute } from '../../../workers/evaluator/src/compute.js';
import { prunedModelsRun, trainRemotely } from '../../../workers/evaluator/src/pruned-models-run.js';
import { Reporter } from '../../../workers/evaluator/src/reporter.js';
import { Runner } from '../../../workers/evaluator/src/runner.js';
import { diffusionTask, narrowDenoiser } from '../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const MODULE = resolve(import.meta.dirname, '../../../dist/runner-child.mjs');
const written = (graph: Graph): Uint8Array => encode(standard(graph));

const base = narrowDenoiser();
const dense = written(graphOf(base));
const [, second] = blocksOf(graphOf(base));
const shallow = written(dropBlocks(graphOf(base), [second!]));
const task = diffusionTask({ base, options: { samples: 20, compared: 10, bank: 20 } });

const pipelineOf = (file: Uint8Array): Pipeline => single(canonicalize(decode(file)));
const facts = (file: Uint8Array, beside = dense) => {
  const graph = canonicalize(decode(beside));
  return check(file, rulesBeside(graph, beside.length, 32));
};

const runners: Runner[] = [];
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.close()));
});
const open = async (model: Uint8Array): Promise<Runner> => {
  const compile = { provider: 'cpu', threads: 1 } as const;
  const runner = await Runner.open({ model, base: dense, batch: 32, compile, required: false, module: MODULE });
  runners.push(runner);
  return runner;
};

describe('the gate before a denoiser', () => {
  it('admits the shipped one beside itself', () => {
    const file = new Uint8Array(readFileSync(shippedPath(SHIPPED.find(({ model }) => model === 'dit-tiny')!.sha256)));
    expect(facts(file, file)).toMatchObject({ ok: true, faults: [] });
  });

  it('admits fewer blocks, and counts what is left', () => {
    const { ok, facts: found } = facts(shallow);
    expect(ok).toBe(true);
    expect(found!.macs.pure).toBeLessThan(facts(dense).facts!.macs.pure);
  });

  const shaped = (change: Partial<Parameters<typeof dit>[0]>, rest: Partial<typeof DitTiny> = {}): Uint8Array => {
    const shape = { side: 16, patch: 4, channels: 1, width: 16, depth: 2, heads: 2, classes: 10, frequencies: 16 };
    const build = dit({ ...shape, learnsVariance: false, ...change });
    return written(materialize(buildDenoiser({ ...DitTiny, id: 'sent', build, ...rest }), 0));
  };
  const renamed = (from: string, to: string): Uint8Array => {
    const name = (value: string) => (value === from ? to : value);
    const graph = graphOf(pipelineOf(shallow));
    const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(name) }));
    return written({ ...graph, nodes, inputs: graph.inputs.map((input) => ({ ...input, name: name(input.name) })) });
  };

  it.each([
    ['of moments in place of timesteps', shaped({}, { time: 'float32' }), 'TOPIARY_GATE_INPUT', 't: int64 [N]'],
    [
      'of pictures of another size',
      shaped({ side: 8 }, { input: [1, 8, 8] }),
      'TOPIARY_GATE_INPUT',
      'x: float32 [N,1,16,16]',
    ],
    ['that says variances, too', shaped({ learnsVariance: true }), 'TOPIARY_GATE_OUTPUT', 'float32 [N,1,16,16]'],
    ['whose class has another name', renamed('y', 'label'), 'TOPIARY_GATE_INPUT', 'y: int64 [N]'],
    [
      'that is a classifier',
      written(materialize(buildModel(ResnetTiny), 0)),
      'TOPIARY_GATE_INPUT',
      't: int64 [N], y: int64 [N]',
    ],
  ])('refuses one %s, and says what was expected', (_, file, code, expected) => {
    const { ok, faults } = facts(file);
    expect(ok).toBe(false);
    expect(faults[0]).toMatchObject({ code });
    expect(faults[0]!.expected).toContain(expected);
  });
});

describe('a denoiser in its box', () => {
  it('is judged as here', async () => {
    const there = await task.evaluate(base, 'test', remoteCompute(runContext(), await open(shallow)));
    const here = await task.evaluate(pipelineOf(shallow), 'test', ownCompute(runContext()));
    expect(there.values['noise-error']).toBeCloseTo(here.values['noise-error']!, 5);
    expect(there.values['rel-l2']).toBeCloseTo(here.values['rel-l2']!, 4);
  });

  it('is trained to what it becomes here', async () => {
    const settings = { ...fillRecipe(BOARD, {}).finetune, steps: 3, batch: 16, warmup: 0 };
    const runner = await open(shallow);
    await trainRemotely(runContext(), runner, { pipeline: base, bytes: 0, task }, settings, () => undefined);
    const graph = graphOf(pipelineOf(shallow));
    const request = { stage: 'finetune', progress: () => undefined, teachers: { base } };
    const here = graphOf(await trainPipeline(procedureFor({ graph, task }), single(graph), settings, request));
    const weights = (one: Graph) => [...one.initializers.values()].flatMap((it) => Array.from(dataOf(it)!, Number));
    expect(weights(decode(await runner.file()))).toEqual(weights(here));
  });
});

describe('a submission of a denoiser', () => {
  it('runs from the file to its result, with what it costs on the axes of the board, timed by samplings', async () => {
    const given = {
      board: BOARD.id,
      recipe: {},
      target: '1.3x',
      seed: 0,
      threads: 1,
      model: dense,
      codeVersion: 'test',
    };
    await withContext({ ...given, normalisation: { steps: 4 } }, async (context) => {
      const { sha256 } = await context.storage.put(shallow);
      const { job, board, protocol } = context;
      const stage = (id: string) => ({ id, title: id, state: 'waiting' as const, seconds: null, progress: null });
      const stages = ['prepare', 'verify', 'finetune', 'evaluate', 'measure', 'publish'].map(stage);
      const recipe = { division: 'closed', models: { '1.3x': sha256 } };
      const small = {
        ...context,
        board: { ...board, finetune: { ...board.finetune, steps: 2, batch: 8, warmup: 0 } },
        protocol: {
          ...protocol,
          options: { ...protocolOf(BOARD).options, samples: 20, compared: 10, bank: 20 },
          latency: { batch: 1, warmupMs: 1, samples: 3 },
        },
        job: { ...job, measureLatency: true, sandbox: 'prefer', run: { ...job.run, kind: 'pruned-models', recipe } },
        report: new Reporter(stages, {}, () => undefined),
      };
      const { result } = await prunedModelsRun(small as never, MODULE);
      expect(result.costs!['trajectory-macs']!.base).toBe(4 * result.macs.pure.base);
      expect(result.costs!['trajectory-macs']!.left).toBe(4 * result.macs.pure.left);
      expect(result.achieved).toBeGreaterThan(1.29);
      expect(result.latency!.p50Ms).toBeGreaterThan(0);
      expect(result.metrics.filter(({ phase }) => phase === 'finetuned').map(({ id }) => id)).toContain('frechet');
    });
  });
});
