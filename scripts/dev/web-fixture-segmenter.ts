/** FIXTURES: what a run of a segmenter leaves, made of drawn scenes and of masks that are moved about. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { standard } from '@topiary/lowering';
import { checkParameters, methodOf, scoreGroups } from '@topiary/methods';
import { encode } from '@topiary/onnx';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { pictureUrl, readModel, Scenes64, SHIPPED, shippedPath } from '@topiary/zoo';
import { runsOf } from '../../packages/tasks/src/segmentation/show.js';

const { showcase } = await Scenes64.masks!({ dataDir: '' });

/** Moved to the right; what comes in is outside. */
const moved = (mask: Uint8Array, width: number, by: number): Uint8Array =>
  mask.map((_, at) => (at % width < by ? 0 : mask[at - by]!));

const iouOf = (a: Uint8Array, b: Uint8Array): number => {
  const shared = a.reduce((n, bit, at) => n + (bit & b[at]!), 0);
  return Math.round((1000 * shared) / a.reduce((n, bit, at) => n + (bit | b[at]!), 0)) / 1000;
};

const pictures = await Promise.all(
  Array.from({ length: 6 }, async (_, i) => {
    const { pixels, objects } = (await showcase.scene(i))!;
    const { width, height } = pixels;
    const cut = (mask: Uint8Array, by: number) => {
      const own = moved(mask, width, by);
      return { runs: runsOf(own), iou: iouOf(own, mask) };
    };
    return {
      image: await pictureUrl(pixels),
      width,
      height,
      everything: {
        network: objects.slice(1).map(({ mask }) => runsOf(moved(mask, width, 2))),
        base: objects.map(({ mask }) => runsOf(moved(mask, width, 1))),
      },
      objects: objects.map(({ mask, point }) => ({ point, network: cut(mask, 2), base: cut(mask, 1) })),
    };
  }),
);

/** The shipped segmenter, and the same with a fifth of its channels gone: both run in a page. */
const shipped = SHIPPED.find(({ model }) => model === 'sam-tiny')!;
const partOf = (part: string): Uint8Array => new Uint8Array(readFileSync(shippedPath(shipped.parts![part]!)));
const smaller = (): Uint8Array => {
  const graph = readModel(partOf('encoder'));
  const dependencies = findGroups(graph);
  const scores = scoreGroups(methodOf('criterion', 'magnitude-l2'), graph, dependencies.groups, {
    params: checkParameters(methodOf('criterion', 'magnitude-l2'), {}),
    rng: () => 0,
  });
  const plan = planRatio(dependencies, scores, 0.2, { scope: 'local' });
  return encode(standard(applyPlan(graph, dependencies, plan).graph));
};

export const segmenterNetworks = {
  base: partOf('encoder'),
  encoder: smaller(),
  prompts: partOf('prompts'),
  decoder: partOf('decoder'),
};
const { mean, std } = shipped.settings as { readonly mean: readonly number[]; readonly std: readonly number[] };
const asks = { mean, std, side: 64, low: 32 };

const text = JSON.stringify({ pictures, asks });
const sha256 = createHash('sha256').update(text).digest('hex');

/** By their sha256. */
export const segmenterFiles: ReadonlyMap<string, string> = new Map([[sha256, text]]);

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** By their sha256. */
export const networkFiles: ReadonlyMap<string, Uint8Array> = new Map(
  Object.values(segmenterNetworks).map((bytes) => [hashOf(bytes), bytes]),
);

export const segmenterArtefacts = [
  ...(['encoder', 'prompts', 'decoder'] as const).map((part) => ({
    kind: 'model',
    title: part,
    sha256: hashOf(segmenterNetworks[part]),
    bytes: segmenterNetworks[part].length,
    mediaType: 'application/octet-stream',
  })),
  { kind: 'masks', title: 'Masks', sha256, bytes: text.length, mediaType: 'application/json' },
];
