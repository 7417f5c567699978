/** SlimSAM: the encoder's embedding is cut and aligned, then its bottlenecks; two teachers, inner values of both. */
import { adamw, constant, lossGraph, parametersAs, stopGradient } from '@topiary/autodiff';
import type { Procedure } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { int } from '@topiary/onnx';
import { partOf } from '@topiary/pipeline';
import { blocksOf, findGroups } from '@topiary/pruning';
import { about } from './_about.js';

/** α MSE(H_v0, H) + (1 - α) MSE(t_v0, t), H the hidden units of every block. */
export const alignment = (student: Graph, teacher: Graph) =>
  lossGraph('align', ({ b, network }) => {
    const inputs = student.inputs.map(({ name, type, shape }) =>
      b.input(
        name,
        type,
        shape.map((dim) => (typeof dim === 'number' ? dim : 4)),
      ),
    );
    const mse = (x: string, y: string) => {
      const d = b.op('Sub', [x, stopGradient(b, y)]);
      return b.op('ReduceMean', [b.op('Mul', [d, d])], { keepdims: int(0) });
    };
    const [s, t] = [network(student, { inputs, as: 'student' }), network(teacher, { inputs })];
    const pairs = blocksOf(student).flatMap(({ hidden }, i) => {
      const theirs = blocksOf(teacher)[i]!.hidden;
      return hidden && theirs ? [mse(s.value(hidden), t.value(theirs))] : [];
    });
    const final = mse(s.outputs[0]!, t.outputs[0]!);
    const alpha = b.input('alpha', 'float32', []);
    const inner = pairs.reduce((sum, one) => b.op('Add', [sum, one]), b.scalar(0));
    const loss = b.op('Add', [b.op('Mul', [alpha, inner]), b.op('Mul', [b.op('Sub', [b.scalar(1), alpha]), final])]);
    return { loss, metrics: { final } };
  });

export const SlimSam: Procedure = {
  ...about(
    'slimsam',
    'SlimSAM',
    ['macs', 'params', 'latency'],
    ['embedding', 'align-bottleneck', 'bottleneck', 'align-embedding'],
  ),
  refuses: (pipeline) => (pipeline.parts.has('encoder') ? null : 'a pipeline with a part named encoder'),
  run: async (context) => {
    const { graph: encoder } = partOf(context.pipeline, 'encoder');
    const teacher = partOf(context.base, 'encoder').graph;
    context.log(`${findGroups(encoder).groups.length} groups`);
    const trainer = await context.lossTrainer(alignment(encoder, teacher), {
      optimizer: adamw(),
      parameters: parametersAs('student', encoder),
    });
    await context.stage('align-bottleneck', () =>
      context.fit(trainer, { steps: 1, schedule: constant(1e-4), batch: () => ({}) }),
    );
    const slim = trainer.fill(encoder, 'student');
    await context.checkpoint(trainer.checkpoint());
    const { values } = await context.evaluate(context.pipeline, { examples: 50 });
    context.log(`held out ${JSON.stringify(values)}`);
    const parts = new Map(context.pipeline.parts).set('encoder', {
      ...partOf(context.pipeline, 'encoder'),
      graph: slim,
    });
    return { pipeline: { ...context.pipeline, parts }, facts: [], flags: [] };
  },
};
