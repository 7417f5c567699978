/** Losses and their slopes against PyTorch 1.13 in double precision (torch.nn.functional, the same logits and labels). */
import { crossEntropy, distilled, gradientGraph, type Loss, PARTNERS, SHARES } from '@topiary/autodiff';
import { floats, type Graph, tensor, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { collect, type Feeds, infer } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';

const STUDENT = [1.2, -0.7, 0.3, 2.1, -0.4, 0.9, 1.5, -1.1, 0.2, 0.1, -0.3, 0.6];
const TEACHER = [0.5, 1.5, -1.0, 0.8, 2.0, -0.2, 0.4, 0.1, -0.6, 0.3, 0.9, 1.4];

/** A network whose logits are some of its eight inputs, so that tests choose those of student and teacher freely. */
const picks = (from: number, classes = 4): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 8]);
  const rows = Array.from({ length: 8 * classes }, (_, i) =>
    Math.floor(i / classes) === from + (i % classes) ? 1 : 0,
  );
  b.output(b.op('MatMul', [x, b.constant(floats(rows, [8, classes]), 'pick')]), 'logits');
  return b.build('picks');
};

const rowsOf = (i: number): number[] => [...STUDENT.slice(4 * i, 4 * i + 4), ...TEACHER.slice(4 * i, 4 * i + 4)];
const FEEDS: Feeds = {
  x: floats([0, 1, 2].flatMap(rowsOf), [3, 8]),
  labels: tensor('int32', [3], Int32Array.of(3, 2, 0)),
  [PARTNERS]: tensor('int32', [3], Int32Array.of(0, 1, 0)),
  [SHARES]: floats([0.7, 0.7, 0.9]),
};

const run = async (loss: Loss): Promise<{ loss: number; slope: number[]; correct: number }> => {
  const graph = gradientGraph(picks(0), { loss, batch: 3, wrt: ['logits'] });
  const { totals } = await collect(picks(0), graph, [FEEDS], { provider: 'cpu', threads: 1 });
  const of = (name: string): number[] => [...totals.get(name)!];
  return {
    loss: of(graph.loss)[0]!,
    slope: of(graph.gradients.get('logits')!),
    correct: of(graph.metrics['correct']!)[0]!,
  };
};

// F.cross_entropy(z, y, label_smoothing=e); mixed: mean of s · ce(z, y) + (1 - s) · ce(z, y2);
// soft: T² · F.kl_div(log_softmax(z / T), log_softmax(t / T), log_target=True, reduction='batchmean')
const cases: readonly (readonly [string, Loss, number, readonly number[]])[] = [
  [
    'label smoothing 0.1',
    crossEntropy({ labelSmoothing: 0.1 }),
    0.906597329,
    [
      0.07467334, 0.00408186, 0.025414662, -0.104169862, 0.019791846, 0.094866292, -0.120291355, 0.005633217,
      -0.225066463, 0.067009647, 0.042170576, 0.11588624,
    ],
  ],
  [
    'two classes per picture',
    crossEntropy({ mixed: true }),
    0.966597329,
    [
      -0.016993327, 0.012415194, 0.033747995, -0.029169862, 0.028125179, 0.003199626, -0.045291355, 0.013966551,
      -0.250066463, 0.07534298, 0.05050391, 0.124219574,
    ],
  ],
  [
    'two classes per picture, smoothed by 0.2',
    crossEntropy({ mixed: true, labelSmoothing: 0.2 }),
    1.116597329,
    [
      -0.013659993, -0.004251473, 0.017081328, 0.000830138, 0.011458512, 0.006532959, -0.015291355, -0.002700116,
      -0.200066463, 0.058676313, 0.033837243, 0.107552907,
    ],
  ],
  [
    'soft distillation, 0.3 at temperature 2.5, beside labels smoothed by 0.1',
    distilled(crossEntropy({ labelSmoothing: 0.1 }), {
      teacher: picks(4),
      kind: 'soft',
      weight: 0.3,
      temperature: 2.5,
    }),
    0.89024822,
    [
      0.061762516, -0.054131868, 0.033340772, -0.04097142, -0.045056962, 0.098787057, -0.043040071, -0.010690025,
      -0.132878273, 0.052379821, 0.011011009, 0.069487444,
    ],
  ],
  [
    'hard distillation, 0.6',
    distilled(crossEntropy(), { teacher: picks(4), kind: 'hard', weight: 0.6 }),
    1.676597329,
    [
      0.083006673, -0.187584806, 0.033747995, 0.070830138, -0.171874821, 0.103199626, 0.054708645, 0.013966551,
      -0.050066463, 0.07534298, 0.05050391, -0.075780426,
    ],
  ],
];

describe('a loss', () => {
  it.each(cases)('is what PyTorch gives: %s', async (_name, loss, value, slope) => {
    const found = await run(loss);
    expect(found.loss).toBeCloseTo(value, 6);
    slope.forEach((expected, i) => {
      expect(found.slope[i], `slope ${i}`).toBeCloseTo(expected, 6);
    });
    // Largest entries stand at 3, 2, 3; the labels with the larger shares are 3, 2, 0.
    expect(found.correct).toBe(2);
  });

  it('adds no distribution over the classes where every picture has one label', () => {
    const { graph } = gradientGraph(picks(0), { loss: crossEntropy({ labelSmoothing: 0 }), batch: 3, wrt: ['logits'] });
    expect(graph.nodes.filter(({ op }) => op === 'OneHot' || op === 'LogSoftmax')).toEqual([]);
    expect(graph.inputs.map(({ name }) => name)).not.toContain(PARTNERS);
  });

  it('reads the teacher as it stands, whatever the student reads', async () => {
    const { logits } = await infer(picks(4), { x: FEEDS['x']! }, { provider: 'cpu' });
    expect(toNumbers(logits!).map((v) => Math.round(v * 1e6) / 1e6)).toEqual(TEACHER);
  });

  it('refuses a teacher of other classes', () => {
    const loss = distilled(crossEntropy(), { teacher: picks(4, 3), kind: 'hard', weight: 0.5 });
    expect(() => gradientGraph(picks(0), { loss, batch: 3, wrt: ['logits'] })).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_AUTODIFF_BAD_REQUEST',
        message: expect.stringMatching(/teacher 'picks'.*expected logits \[3, ?4\].*got \[3, ?3\]/),
      }),
    );
  });
});
