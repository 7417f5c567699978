/**
 * One training step of DiT-tiny, loss included, and one sampling with it, each in turn with the same in PyTorch
 * (peers/denoiser.py, written from the paper): AdamW, a bound on the gradient, an average of the weights; twenty steps of DDIM
 * with guidance. Goals: 0.7 of PyTorch's time for the step, 0.8 for the sampling.
 *
 * `npx tsx scripts/bench/denoiser.ts [--batch 128] [--pictures 1,16] [--threads 2] [--repetitions 21] [--clock wall|cpu] [--dry]`
 * PYTHON names a Python with torch. Adds lines of JSON to scripts/bench/results/denoiser.jsonl.
 */
import { parseArgs } from 'node:util';
import { adamw } from '@topiary/autodiff';
import { graphOf, single } from '@topiary/pipeline';
import { Trainer } from '@topiary/runtime';
import { DiffusionSettings, denoiserPorts, drawBatch, taskOf, trainingFeeds } from '@topiary/tasks';
import { boardOf, protocolOf } from '@topiary/tracks';
import { buildDenoiser, DitTiny, materialize, Shapes16 } from '@topiary/zoo';
import { computeHere } from '../dense/reference.js';
import { clockOf } from './clock.js';
import { type Alternated, alternated, alternatedTable, recordAlternated, stepPeer } from './step-peer.js';

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '128' },
    pictures: { type: 'string', default: '1,16' },
    threads: { type: 'string', default: '2' },
    repetitions: { type: 'string', default: '21' },
    clock: { type: 'string', default: 'wall' },
    dry: { type: 'boolean', default: false },
  },
});
const clock = clockOf(values.clock);
const [batch, threads, repetitions] = [values.batch, values.threads, values.repetitions].map(Number) as [
  number,
  number,
  number,
];

const settings = DiffusionSettings.parse({});
const graph = materialize(buildDenoiser(DitTiny), 0);
const base = single(graph, denoiserPorts(graph, DitTiny.classes));
const { options, evaluationBatch } = protocolOf(boardOf('diffusion.dit-tiny.shapes16'));
const from = { dataset: Shapes16.id, dataDir: '', testSecret: null };
const task = await taskOf('diffusion').open({ ...from, pipeline: base, settings, options, evaluationBatch });

const peerOf = (work: 'step' | 'sample', pictures: number) => {
  const { steps, guidance } = settings;
  const told = Object.entries({ work, batch, pictures, threads, steps, guidance });
  return stepPeer(['denoiser.py', ...told.flatMap(([name, value]) => [`--${name}`, String(value)])]);
};

const trainingStep = async (): Promise<Alternated> => {
  const { train } = await Shapes16.open({ dataDir: '' });
  const drawn = await drawBatch(train, { batch, seed: 0, step: 0, length: settings.length, dropout: settings.dropout });
  const trainer = await Trainer.create(graphOf(base), {
    ...{ provider: 'cpu', threads, batch, weightDecay: 0, clip: 1, ema: 0.999 },
    loss: task.loss(null),
    optimizer: adamw(),
  });
  const feeds = trainingFeeds({ t: 't' }, drawn);
  const take = () => trainer.step(feeds, 1e-3);
  const found = await alternated(await peerOf('step', 1), { clock, repetitions, take });
  await trainer.release();
  return found;
};

const sampling = async (pictures: number): Promise<Alternated> => {
  const [unit] = await task.units(base, computeHere(threads), pictures);
  const found = await alternated(await peerOf('sample', pictures), { clock, repetitions, take: () => unit!.run(0) });
  await unit!.release();
  return found;
};

const tell = async (what: string, about: Readonly<Record<string, unknown>>, found: Alternated): Promise<void> => {
  console.log(`DiT-tiny, ${what}, ${threads} threads, ${clock} time, ${found.ours.n} rounds`);
  console.log(alternatedTable(found));
  if (!values.dry) await recordAlternated('denoiser', { threads, clock, ...about }, found);
};

await tell(`a training step of ${batch}`, { work: 'step', batch }, await trainingStep());
for (const pictures of values.pictures.split(',').map(Number))
  await tell(`a sampling of ${pictures}`, { work: 'sample', pictures }, await sampling(pictures));
