/** The three parts of a segmenter: what is made smaller, and two that are kept as they are. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, printShape } from '@topiary/onnx';
import { type Part, type Pipeline, partOf, portsOf, type Schedule } from '@topiary/pipeline';

export const PARTS = ['encoder', 'prompts', 'decoder'] as const;
export type PartName = (typeof PARTS)[number];
export type Parts = Readonly<Record<PartName, Graph>>;

const IN: Readonly<Record<PartName, readonly string[]>> = {
  encoder: ['image'],
  prompts: ['points', 'labels', 'mask', 'given'],
  decoder: ['embedding', 'positions', 'sparse', 'dense'],
};
const OUT: Readonly<Record<PartName, readonly string[]>> = {
  encoder: ['embedding'],
  prompts: ['sparse', 'dense', 'positions'],
  decoder: ['masks', 'iou'],
};

const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));

/** A picture and one prompt a step; slots are called as ports and outputs are. */
export const SCHEDULE: Schedule = {
  given: [...IN.encoder, ...IN.prompts],
  results: OUT.decoder,
  stretches: [
    {
      steps: null,
      calls: PARTS.map((part) => ({ part, in: named(IN[part]), out: named(OUT[part]), lane: 0 })),
    },
  ],
};

const refuse = (where: string, expected: string, got: string): never => {
  throw new TopiaryError('TOPIARY_PIPELINE_PART', { where, expected, got });
};

const checkNames = (part: PartName, { inputs, outputs }: Graph): void => {
  for (const [what, wanted, values] of [
    ['inputs', IN[part], inputs],
    ['outputs', OUT[part], outputs],
  ] as const) {
    const got = values.map(({ name }) => name);
    if ([...got].sort().join() !== [...wanted].sort().join())
      refuse(`${what} of part '${part}'`, wanted.join(', '), got.join(', ') || 'none');
  }
};

const shapeOf = (graph: Graph, name: string) =>
  printShape([...graph.inputs, ...graph.outputs].find((value) => value.name === name)!.shape);

/** Refuses parts that do not fit each other. */
export const checkParts = (parts: Parts): void => {
  for (const part of PARTS) checkNames(part, parts[part]);
  for (const name of IN.decoder) {
    const from = name === 'embedding' ? 'encoder' : 'prompts';
    const [expected, got] = [shapeOf(parts.decoder, name), shapeOf(parts[from], name)];
    if (expected !== got) refuse(`'${name}' of part '${from}'`, `${expected}, as the decoder reads it`, got);
  }
};

/** What reads prompts and what decodes masks stay as they are. */
export const segmenterPipeline = (parts: Parts, schedule: Schedule = SCHEDULE): Pipeline => {
  checkParts(parts);
  const made = PARTS.map((part): [PartName, Part] => {
    const graph = parts[part];
    return [part, { graph, ports: portsOf(graph), ...(part === 'encoder' ? {} : { kept: true }) }];
  });
  return { parts: new Map(made), schedule };
};

export const partsOf = (pipeline: Pipeline): Parts => {
  const [encoder, prompts, decoder] = PARTS.map((part) => partOf(pipeline, part).graph);
  return { encoder: encoder!, prompts: prompts!, decoder: decoder! };
};

/** Pixels along a side of the encoder's square, and along a side of the decoder's masks. */
export const sidesOf = ({ encoder, decoder }: Parts): { readonly side: number; readonly low: number } => ({
  side: Number(encoder.inputs[0]!.shape.at(-1)),
  low: Number(decoder.outputs.find(({ name }) => name === 'masks')!.shape.at(-1)),
});
