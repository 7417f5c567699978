/**
 * What latency times: one picture as a person has it looked at, and as an evaluation does. The picture is one of the
 * showcase, for how long suppression takes depends on what is found.
 */
import { graphOf, NETWORK, type Pipeline } from '@topiary/pipeline';
import type { Compute, Unit } from '../_task.js';
import { imagesOf } from './batches.js';
import type { Answer } from './decode.js';
import { letterboxed } from './frame.js';
import { detectionsOf, type Form, isAnswer, readerOf } from './network.js';
import { EVALUATION, PREDICTION, type Suppression } from './nms.js';
import type { Corners, Pixels } from './types.js';

/** With the boxes of all candidates decoded, so that decoding and suppressing are told apart. */
const unpacked = (answer: Answer, { score }: Suppression): Answer => {
  const { anchors, classes, values } = answer;
  const least = answer.threshold(score);
  const boxes = new Map<number, Corners>();
  for (let i = 0; i < anchors * classes; i += 1) {
    const anchor = i % anchors;
    if (values[i]! > least && !boxes.has(anchor)) boxes.set(anchor, answer.box(anchor));
  }
  return { ...answer, box: (anchor) => boxes.get(anchor) ?? answer.box(anchor) };
};

export interface UnitRequest {
  readonly form: Form;
  readonly picture: Pixels;
  /** Pictures at a time. */
  readonly examples: number;
}

const KINDS = [
  { id: 'picture', title: 'one picture with NMS, scores above .25', options: PREDICTION },
  { id: 'evaluation', title: 'one picture with NMS, scores above .001', options: EVALUATION },
] as const;

export const unitsOf = async (
  pipeline: Pipeline,
  { form, picture, examples }: UnitRequest,
  compute: Compute,
): Promise<readonly Unit[]> => {
  const graph = graphOf(pipeline);
  const square = letterboxed(picture, form.size);
  const images = imagesOf(
    Array.from({ length: examples }, () => square),
    form.size,
  );
  const feeds = { [graph.inputs[0]!.name]: images };
  const reader = readerOf(graph, form);
  const unit = async ({ id, title, options }: (typeof KINDS)[number]): Promise<Unit> => {
    const running = await compute.open(pipeline);
    return {
      id,
      title,
      examples,
      run: async () => {
        const began = performance.now();
        const results = await running.run(NETWORK, feeds);
        const [answered, laps] = [performance.now(), { network: 0, decode: 0, nms: 0 }];
        const said = Array.from({ length: examples }, (_, n) => {
          const one = reader(results, n);
          return isAnswer(one) ? unpacked(one, options) : one;
        });
        const decoded = performance.now();
        for (const one of said) detectionsOf(one, options);
        const ended = performance.now();
        return { ...laps, network: answered - began, decode: decoded - answered, nms: ended - decoded };
      },
      release: () => running.release(),
    };
  };
  return [await unit(KINDS[0]), await unit(KINDS[1])];
};
