/** Diffusion: noise in, pictures of a class out; how well the noise of a fixed bank is told decides, samples are judged beside. */
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { assertPipeline, type Part, type Pipeline, type Port, portsOf, single } from '@topiary/pipeline';
import { conditionsOf, datasetOf, importDenoiser, splitHash } from '@topiary/zoo';
import { defineTask, type OpenRequest, type ReadRequest } from '../_task.js';
import { bindDiffusion } from './bound.js';
import { readCritic } from './critic.js';
import { DIFFUSION_METRICS } from './metrics.js';
import { DiffusionOptions, DiffusionSettings } from './settings.js';

/** Timesteps are whole and below the length of the diffusion; every step is told another one. */
const LENGTH = 1000;

export const denoiserPorts = (graph: Graph, classes: number): Port[] => {
  const { t, y } = conditionsOf(graph.inputs, `graph '${graph.name}'`);
  const limits = new Map([
    [t.name, LENGTH],
    [y.name, classes + 1],
  ]);
  return portsOf(graph).map((port) => {
    const limit = limits.get(port.name);
    return limit === undefined ? port : { ...port, fill: { kind: 'below', limit }, anew: port.name === t.name };
  });
};

const read = async ({ files, schedule, dataset: id, withConstants }: ReadRequest): Promise<Pipeline> => {
  const { classes, input } = datasetOf(id);
  const wanted = schedule === null ? input : null;
  const parts: [string, Part][] = [];
  for (const [part, bytes] of files) {
    const graph = withConstants
      ? await withConstants((evaluate) => importDenoiser(bytes, wanted, { evaluate }))
      : importDenoiser(bytes, wanted);
    const ports = schedule === null ? denoiserPorts(graph, classes?.length ?? 0) : portsOf(graph);
    parts.push([part, { graph, ports }]);
  }
  const [first, second] = parts;
  if (!first || (second && schedule === null)) {
    const got = `parts ${[...files.keys()].join(', ') || 'none'}`;
    throw new TopiaryError('TOPIARY_PIPELINE_PART', { where: 'the network', expected: 'one file, or a schedule', got });
  }
  const pipeline = schedule === null ? single(first[1].graph, first[1].ports) : { parts: new Map(parts), schedule };
  assertPipeline(pipeline);
  return pipeline;
};

const open = async ({
  dataset: id,
  dataDir,
  testSecret,
  pipeline,
  settings,
  options,
  evaluationBatch,
}: OpenRequest) => {
  const dataset = datasetOf(id);
  const { train, test } = await dataset.open({ dataDir, ...(testSecret === null ? {} : { testSecret }) });
  const wanted = DiffusionOptions.parse(options);
  return bindDiffusion({
    train,
    test,
    hash: splitHash(test),
    classes: (await dataset.classesIn(dataDir)).length,
    base: pipeline,
    critic: readCritic(wanted.critic),
    settings: settings as DiffusionSettings,
    options: wanted,
    evaluationBatch,
  });
};

export const Diffusion = defineTask({
  id: 'diffusion',
  title: 'Class-conditional diffusion',
  metrics: DIFFUSION_METRICS,
  settings: DiffusionSettings,
  recognise: () => null,
  read,
  open,
});
