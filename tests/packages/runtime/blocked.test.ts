/** Training in the processor's own blocks: chosen by probing, invisible from outside. */
import { constant, crossEntropy, sgd } from '@topiary/autodiff';
import { compile, Trainer, train } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../helpers/evaluate.js';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { OWN } from '../lowering/_blocked.js';
import { distance } from '../lowering/_support.js';

const WHERE = { provider: 'cpu', threads: 1 } as const;
const BATCH = 20;
const wide = () => smallResnet(undefined, [20, 42]);

const trained = async (variant: 'plain' | 'blocked', steps: number) => {
  const options = { loss: crossEntropy(), optimizer: sgd(), batch: BATCH, weightDecay: 5e-4, variant, ...WHERE };
  const trainer = await Trainer.create(wide(), options);
  const { losses } = await train(trainer, { steps, schedule: constant(0.02), batch: (i) => smallBatch(BATCH, i + 1) });
  const graph = trainer.export();
  await trainer.release();
  return { losses, graph };
};

describe('the blocked lowering', () => {
  it('is chosen where the processor has the kernels, unless onnxruntime is to rewrite everything itself', async () => {
    const net = wide();
    const blocks = await Promise.all(
      [{}, { level: 'all' }, { variant: 'plain' }, { standardOnly: true }].map(async (options) => {
        const session = await compile(net, { ...WHERE, ...(options as object) });
        await session.release();
        return session.block;
      }),
    );
    expect(blocks).toEqual([OWN, 0, 0, 0]);
    const trainer = await Trainer.create(net, { loss: crossEntropy(), optimizer: sgd(), batch: BATCH, ...WHERE });
    await trainer.release();
    expect(trainer.session.block).toBe(OWN);
  });

  it('writes a trained network back in plain layout', async () => {
    const [plain, blocked] = [await trained('plain', 4), await trained('blocked', 4)];
    expect(distance(blocked.losses, plain.losses)).toBeLessThan(1e-4);
    for (const [name, { dims, source }] of plain.graph.initializers) {
      const other = blocked.graph.initializers.get(name)!;
      expect(other.dims, name).toEqual(dims);
      const values = [source, other.source].map((s) => (s.kind === 'data' ? s.data : []));
      expect(distance(values[1]!, values[0]!), name).toBeLessThan(2e-3);
    }
    const test = [smallBatch(50, 1000)];
    const [reference, evaluation] = [
      await evaluate(plain.graph, test, WHERE),
      await evaluate(blocked.graph, test, WHERE),
    ];
    expect(Math.abs(evaluation.loss - reference.loss)).toBeLessThan(1e-3 * Math.abs(reference.loss) + 1e-4);
  });

  it('leaves the arrays that it was fed alone', async () => {
    const net = wide();
    const trainer = await Trainer.create(net, { loss: crossEntropy(), optimizer: sgd(), batch: BATCH, ...WHERE });
    const feeds = smallBatch(BATCH, 1);
    const before = structuredClone(feeds);
    const statistics = trainer.value('bn1.running_mean').data.slice();
    const held = trainer.value('bn1.running_mean').data;
    await trainer.step(feeds, 0.1);
    await trainer.release();
    expect(feeds).toEqual(before);
    expect(held).toEqual(statistics);
  });
});
