/** Every model of the zoo, cut to a tenth of its channels, is a network that onnxruntime runs. */
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, elements, encode, floats, type Graph, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, planRatio, type Scores } from '@topiary/pruning';
import { buildModel, MODELS, materialize, modelOf, publishedAs, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';

const zeros = ({ groups }: Dependencies): Scores =>
  new Map(groups.map(({ id, channels }) => [id, new Float64Array(channels)]));

/** The network's first output. */
const answerOf = async (bytes: Uint8Array, { inputs, outputs }: Graph) => {
  const dims = [1, ...inputs[0]!.shape.slice(1).map(Number)];
  const random = randomFrom('cut models');
  const image = floats(
    Float32Array.from({ length: elements(dims) }, () => random.between(-2, 2)),
    dims,
  );
  return (await runOnnx(bytes, { input: image }))[outputs[0]!.name]!;
};

/** Graphs that others have but for the number of classes: CIFAR-10's networks, DeiT. */
const TWINS = /-cifar100$|^vit-(small|base)$/;

/** Layers whose outputs are the network's own: a detector has two on each of three scales. */
const headsOf = (id: string): number => (id.startsWith('anchorfree') ? 6 : id.endsWith('distilled') ? 2 : 1);

describe('a tenth of the channels', () => {
  it.each(MODELS.map(({ id }) => id).filter((id) => !TWINS.test(id)))(
    'of %s runs, and its file counts what was planned',
    async (id) => {
      const model = modelOf(id);
      const published = publishedAs(model);
      const found = findGroups(buildModel(model), { published });
      const heads = found.fixed.map(({ initializer }) => initializer);
      expect(heads.length, `layers that keep all channels: ${heads}`).toBe(headsOf(id));
      const plan = planRatio(found, zeros(found), 0.9, { scope: 'local' });
      const { graph } = applyPlan(found.graph, found, plan);
      const bytes = encode(standard(materialize(graph, 0)));
      const read = count(canonicalize(decode(bytes)), { published });
      expect([read.params, read.pure, read.published]).toEqual([
        plan.params.left,
        plan.macs.pure.left,
        plan.macs.published.left,
      ]);
      const { dims, data } = await answerOf(bytes, graph);
      expect(dims).toEqual([1, ...graph.outputs[0]!.shape.slice(1)]);
      expect(data.some((value) => Number(value) !== 0)).toBe(true);
      expect([...data].every((value) => Number.isFinite(value))).toBe(true);
    },
  );
});

describe('attention heads', () => {
  it.each([
    ['deit-tiny', new Array(12).fill(3)],
    ['vit-base-patch32', new Array(12).fill(12)],
    ['swin-tiny', [3, 3, 6, 6, 12, 12, 12, 12, 12, 12, 24, 24]],
  ])('of %s are groups of their own where they are asked for, and leave whole', async (id, heads) => {
    const model = modelOf(id);
    const found = findGroups(buildModel(model), { heads: true });
    const groups = found.groups.filter(({ kind }) => kind === 'head');
    expect(groups.map(({ channels }) => channels)).toEqual(heads);
    const { graph } = applyPlan(found.graph, found, planRatio(found, zeros(found), 0.6, { scope: 'local' }));
    const tables = [...graph.initializers.values()].filter(({ name }) => name.endsWith('position_bias_table'));
    for (const [i, { dims }] of tables.entries()) expect(dims).toEqual([169, Math.floor(0.4 * heads[i]!)]);
    const { data } = await answerOf(encode(standard(materialize(graph, 0))), graph);
    expect(toNumbers({ type: 'float32', dims: [data.length], data }).every(Number.isFinite)).toBe(true);
  });
});
