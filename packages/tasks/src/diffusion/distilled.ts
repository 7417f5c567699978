/**
 * A share of the loss from a teacher that is shown the same noised pictures and told the same classes:
 *
 *   L = (1 - w) L_noise + w mean (ε̂_student - ε̂_teacher)²
 */
import { embed, type Loss } from '@topiary/autodiff';
import { TopiaryError } from '@topiary/errors';
import { type Graph, int, printShape, sameShape } from '@topiary/onnx';

export const distilledNoise = (
  noise: Loss,
  { teacher, weight }: { readonly teacher: Graph; readonly weight: number },
): Loss => ({
  ...noise,
  id: `${noise.id}-distillation`,
  build: (c) => {
    const { b, inputs, outputs } = c;
    const { loss, ...rest } = noise.build(c);
    const [student, said] = [outputs[0]!, b.scoped('teacher', () => embed(b, teacher, { inputs })).outputs[0]!];
    if (!sameShape(b.shape(student), b.shape(said))) {
      const [expected, got] = [printShape(b.shape(student)), printShape(b.shape(said))];
      throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', { where: `teacher '${teacher.name}'`, expected, got });
    }
    const apart = b.op('Sub', [student, said]);
    const lesson = b.op('ReduceMean', [b.op('Mul', [apart, apart])], { keepdims: int(0) });
    const shares = [b.op('Mul', [loss, b.scalar(1 - weight)]), b.op('Mul', [lesson, b.scalar(weight)])];
    return { loss: b.op('Add', shares), ...rest };
  },
  perExample: () => distilledNoise(noise, { teacher, weight }),
  sampled: () => null,
});
