/** What a page shows of a segmenter: pictures of the showcase with what base and network cut out by the same points. */
import type { Pipeline } from '@topiary/pipeline';
import { type MaskSplit, pictureUrl, type Scene } from '@topiary/zoo';
import type { Compute, Fact } from '../_task.js';
import { cutOut, type Judging } from './evaluate.js';
import { DEFAULTS, segmentEverything } from './everything.js';
import { partsOf, sidesOf } from './parts.js';

/** The first pictures of the split: chosen by order, not by beauty. */
const PICTURES = 6;
/** Pixels from one point of the grid to the next, where everything is cut out. */
const SPACING = 8;

export interface ShowRequest extends Pick<Judging, 'normalisation' | 'batch'> {
  readonly pipeline: Pipeline;
  readonly base: Pipeline;
  readonly showcase: MaskSplit;
}

/** Row by row: how many pixels are outside, then inside, then outside, … */
export const runsOf = (mask: Uint8Array): number[] => {
  const runs: number[] = [];
  let [bit, from] = [0, 0];
  for (let at = 0; at <= mask.length; at += 1) {
    if (at < mask.length && mask[at] === bit) continue;
    runs.push(at - from);
    [bit, from] = [1 - bit, at];
  }
  return runs;
};

const rounded = (value: number): number => Math.round(1000 * value) / 1000;

/** The masks of everything in a picture, the surest first. */
const everythingIn = (pipeline: Pipeline, { pixels }: Scene, { normalisation }: ShowRequest, compute: Compute) => {
  const points = Math.min(DEFAULTS.points, Math.ceil(Math.max(pixels.width, pixels.height) / SPACING));
  return segmentEverything(pipeline, pixels, { ...DEFAULTS, points, normalisation }, compute);
};

export const showMasks = async (request: ShowRequest, compute: Compute): Promise<readonly Fact[]> => {
  const { pipeline, base, showcase } = request;
  const scenes: Scene[] = [];
  for (let place = 0; place < showcase.length && scenes.length < PICTURES; place += 1) {
    const scene = await showcase.scene(place);
    if (scene !== null && scene.objects.length > 0) scenes.push(scene);
  }
  const [ours, theirs] = [
    await cutOut(pipeline, scenes, request, compute),
    await cutOut(base, scenes, request, compute),
  ];
  const everything: { network: number[][]; base: number[][] }[] = [];
  for (const scene of scenes) {
    const network = await everythingIn(pipeline, scene, request, compute);
    const own = await everythingIn(base, scene, request, compute);
    everything.push({ network: network.map(({ mask }) => runsOf(mask)), base: own.map(({ mask }) => runsOf(mask)) });
  }
  const pictures = await Promise.all(
    scenes.map(async ({ pixels, objects }, i) => ({
      everything: everything[i]!,
      image: await pictureUrl(pixels),
      width: pixels.width,
      height: pixels.height,
      objects: objects.map(({ point }, k) => {
        const [network, own] = [ours[i]![k]!, theirs[i]![k]!];
        return {
          point,
          network: { runs: runsOf(network.mask), iou: rounded(network.iou) },
          base: { runs: runsOf(own.mask), iou: rounded(own.iou) },
        };
      }),
    })),
  );
  // so that a page can run the networks itself
  const { mean, std } = request.normalisation;
  const asks = { mean, std, ...sidesOf(partsOf(pipeline)) };
  const bytes = new TextEncoder().encode(JSON.stringify({ pictures, asks }));
  return [{ view: 'masks', title: 'Masks', mediaType: 'application/json', bytes }];
};
