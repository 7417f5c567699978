/**
 * What a slimmer network learns from the one that it was cut from, all of it without labels: H are queries, keys, values and
 * hidden units of all blocks, E the stream of tokens before the blocks, after each attention and behind each block, t what comes
 * out.
 *
 *   first:   α MSE(H, H₀) + (1 - α) MSE(t, t₀)
 *   second:  α [MSE(E, E₁) + MSE(t, t₁)] + (1 - α) MSE(t, t₀)
 */
import { type Embedded, type LossGraph, lossGraph, stopGradient } from '@topiary/autodiff';
import { type Graph, type GraphBuilder, int, shapeAt } from '@topiary/onnx';
import { blocksOf } from '@topiary/pruning';

export const ALPHA = 'alpha';
export const STUDENT = 'student';

/** Mean square of the difference to a value that is not changed. */
const distance = (b: GraphBuilder, x: string, fixed: string): string => {
  const apart = b.op('Sub', [x, stopGradient(b, fixed)]);
  return b.op('ReduceMean', [b.op('Mul', [apart, apart])], { keepdims: int(0) });
};

const mean = (b: GraphBuilder, values: readonly string[]): string =>
  b.op('Mul', [values.reduce((p, q) => b.op('Add', [p, q])), b.scalar(1 / values.length)]);

/** A network with the values of it that are compared, by their kind. */
interface Seen {
  readonly graph: Graph;
  readonly embedded: Embedded;
}

type Points = (graph: Graph) => readonly string[];

const outputs: Points = (graph) => graph.outputs.map(({ name }) => name);
const projections: Points = (graph) =>
  blocksOf(graph).flatMap(({ attention }) =>
    attention === null ? [] : [...new Set([attention.queries, attention.keys, attention.values])],
  );
const hiddenUnits: Points = (graph) => blocksOf(graph).flatMap(({ hidden }) => (hidden === null ? [] : [hidden]));
const stream: Points = (graph) => {
  const blocks = blocksOf(graph);
  const inside = blocks.flatMap(({ afterAttention, out }) => (afterAttention === null ? [out] : [afterAttention, out]));
  return blocks.length === 0 ? [] : [blocks[0]!.in, ...inside];
};

/** The mean over the points of the mean square of their differences: each has as many elements as the others. */
const apart = (b: GraphBuilder, student: Seen, teacher: Seen, points: Points): string => {
  const [mine, theirs] = [points(student.graph), points(teacher.graph)];
  return mean(
    b,
    mine.map((name, i) => distance(b, student.embedded.value(name), teacher.embedded.value(theirs[i]!))),
  );
};

/** α x + (1 - α) y */
const mixed = (b: GraphBuilder, x: string, y: string): string => {
  const alpha = b.input(ALPHA, 'float32', []);
  return b.op('Add', [b.op('Mul', [alpha, x]), b.op('Mul', [b.op('Sub', [b.scalar(1), alpha]), y])]);
};

/** Student and teachers on the same batch. */
const composed = (
  name: string,
  student: Graph,
  teachers: readonly Graph[],
  batch: number,
  body: (
    b: GraphBuilder,
    student: Seen,
    teachers: readonly Seen[],
  ) => { loss: string; metrics: Record<string, string> },
): LossGraph =>
  lossGraph(name, ({ b, network }) => {
    const inputs = student.inputs.map((input) => b.input(input.name, input.type, shapeAt(input.shape, batch)));
    const own = { graph: student, embedded: network(student, { inputs, as: STUDENT }) };
    const others = teachers.map((graph) => ({ graph, embedded: network(graph, { inputs }) }));
    return b.scoped('loss', () => body(b, own, others));
  });

export const bottleneckAlignment = (student: Graph, base: Graph, batch: number): LossGraph =>
  composed('align-bottleneck', student, [base], batch, (b, own, [teacher]) => {
    const inner = b.op('Add', [apart(b, own, teacher!, projections), apart(b, own, teacher!, hiddenUnits)]);
    const final = apart(b, own, teacher!, outputs);
    return { loss: mixed(b, inner, final), metrics: { inner, final } };
  });

/** `narrow`: the network after the first of the two cuts. */
export const embeddingAlignment = (student: Graph, narrow: Graph, base: Graph, batch: number): LossGraph =>
  composed('align-embedding', student, [narrow, base], batch, (b, own, [first, second]) => {
    const inner = apart(b, own, first!, stream);
    const both = b.op('Add', [inner, apart(b, own, first!, outputs)]);
    const final = apart(b, own, second!, outputs);
    return { loss: mixed(b, both, final), metrics: { inner, final } };
  });

/** What comes out, and nothing else. */
export const outputAlignment = (student: Graph, base: Graph, batch: number): LossGraph =>
  composed('align-output', student, [base], batch, (b, own, [teacher]) => {
    const final = apart(b, own, teacher!, outputs);
    return { loss: final, metrics: { final } };
  });
