/** What a detector's outputs are, by their shapes, and how each form is read. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, isFixed, printShape, type Tensor } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import { anchorsOf, headOf } from './anchors.js';
import { type Answer, answerOf, exportedAnswer } from './decode.js';
import { type Suppression, suppress } from './nms.js';
import { suppressed } from './suppression.js';
import type { Corners, Detection, Head } from './types.js';

export type Form =
  /** `boxes` [N, 4R, A] and `scores` [N, K, A] logits: what is trained. */
  | { readonly kind: 'raw'; readonly head: Head; readonly size: number; readonly classes: number }
  /** [N, 4 + K, A], decoded in the graph; of `cut` files suppression came after it and was left out. */
  | { readonly kind: 'decoded'; readonly size: number; readonly classes: number; readonly cut: boolean }
  /** [N, M, 6], suppressed in the graph: corners, score, class. */
  | { readonly kind: 'suppressed'; readonly size: number; readonly classes: number };

const WHERE = 'the network';

const refuse = (expected: string, got: string, cure?: string): never => {
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: WHERE, expected, got, ...(cure ? { cure } : {}) });
};

/** Pixels of the square that it takes. */
export const sizeOf = ({ inputs }: Graph): number => {
  const [input, second] = inputs;
  const shape = input?.shape ?? [];
  const [batch, channels, height, width] = shape;
  const isSquare = isFixed(height ?? '') && height === width && channels === 3 && shape.length === 4;
  if (input && !second && input.type === 'float32' && isSquare && !isFixed(batch!)) return height as number;
  const got = inputs.map((one) => `${one.type} ${printShape(one.shape)}`).join(', ') || 'none';
  const cure = batch !== undefined && isFixed(batch) ? 'Export the network with an open batch (dynamic)' : undefined;
  return refuse('one input float32 [N,3,S,S], all but N fixed', got, cure);
};

/** Numbers a row of what suppression inside a graph leaves. */
const SUPPRESSED = 6;

/** Throws where the outputs are none of the forms. `classes`: of the data set. */
export const formOf = (graph: Graph, classes: number): Form => {
  const size = sizeOf(graph);
  const [first, second, third] = graph.outputs;
  const shapes = () => graph.outputs.map(({ shape }) => printShape(shape)).join(', ');
  if (first && second && !third) {
    const head = headOf([size, size], first.shape, second.shape);
    if (head.classes === classes) return { kind: 'raw', head, size, classes };
    return refuse(`scores of ${classes} classes`, `${head.classes}`);
  }
  if (first && !second && first.shape.length === 3) {
    if (first.shape[1] === 4 + classes && first.shape[2] !== SUPPRESSED)
      return { kind: 'decoded', size, classes, cut: suppressed(graph) };
    if (first.shape[2] === SUPPRESSED) return { kind: 'suppressed', size, classes };
  }
  return refuse(`boxes [N,4R,A] and scores [N,${classes},A], or [N,${4 + classes},A], or [N,M,6]`, shapes());
};

const finite = (values: Float32Array): Float32Array => {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad === undefined) return values;
  throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', { where: WHERE, expected: 'finite outputs', got: `${bad}` });
};

/** Picture n of an output. */
const rowOf = ({ data, dims }: Tensor, n: number): Float32Array => {
  const each = data.length / dims[0]!;
  return (data as Float32Array).subarray(n * each, (n + 1) * each);
};

/** What a network said of one picture, before suppression; null: it has suppressed for itself. */
export type Reader = (results: Feeds, n: number) => Answer | readonly Detection[];

const suppressedRows = (rows: Float32Array, classes: number): readonly Detection[] => {
  const found: Detection[] = [];
  for (let i = 0; i + SUPPRESSED <= rows.length; i += SUPPRESSED) {
    const [left, top, right, bottom, score, label] = rows.subarray(i, i + SUPPRESSED) as unknown as number[];
    // rows of zeros fill up
    if (!(score! > 0) || label! < 0 || label! >= classes) continue;
    found.push({ box: [left!, top!, right!, bottom!] as Corners, score: score!, class: Math.round(label!) });
  }
  return found.sort((a, b) => b.score - a.score);
};

export const readerOf = (graph: Graph, form: Form): Reader => {
  const names = graph.outputs.map(({ name }) => name);
  const output = (results: Feeds, i: number, n: number) => finite(rowOf(results[names[i]!]!, n));
  if (form.kind === 'suppressed') return (results, n) => suppressedRows(output(results, 0, n), form.classes);
  if (form.kind === 'decoded') return (results, n) => exportedAnswer(output(results, 0, n), form.classes);
  const anchors = anchorsOf(form.head);
  return (results, n) => {
    const raw = { boxes: output(results, 0, n), scores: output(results, 1, n) };
    return answerOf(raw, form.head, anchors);
  };
};

/** Arrays have `values`, too. */
export const isAnswer = (said: Answer | readonly Detection[]): said is Answer => !Array.isArray(said);

/** Detections in the pixels of the square, best first. */
export const detectionsOf = (said: Answer | readonly Detection[], options: Suppression): readonly Detection[] =>
  isAnswer(said) ? suppress(said, options).detections : said.slice(0, options.most);
