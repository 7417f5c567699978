/** Mean ranks of maps: what the statistics share that look at a layer's maps in one form or another. */
import { forwardGraph } from '@topiary/autodiff';
import { elementsAt, type Graph, type GraphBuilder, ints } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { MatrixRank } from './_matrix-rank.js';
import { type ForwardStatistic, initializerOf, outputOf, usual } from './_statistic.js';

/** Maps, and the layers whose channels they are. */
export interface MapSource {
  readonly weights: readonly string[];
  readonly value: string;
  /** [N, H, W, C], where a linear layer made it. */
  readonly isLast: boolean;
}

/** Numbers that the maps of one batch may take. */
const MOST = 2 ** 23;
const LARGEST_BATCH = 32;

/** Between the weights that an output is named after. */
const APART = '\n';

/** Behind the sums of the channels: how many maps each of them has had. */
const COUNT = 1;

export interface MapRanks extends Pick<ForwardStatistic, 'id' | 'title'> {
  readonly sources: (forward: Graph) => readonly MapSource[];
  /** What is ranked, of maps [N, C, H, W]. */
  readonly form: (b: GraphBuilder, maps: string) => string;
}

export const mapRanks = ({ id, title, sources, form }: MapRanks): ForwardStatistic => ({
  ...usual,
  id,
  title,
  needs: 'forward',
  batch: (forward) => {
    const types = inferTypes(forward);
    const all = sources(forward).reduce((sum, { value }) => sum + elementsAt(types.get(value)!.shape), 0);
    return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(MOST / Math.max(1, all))));
  },
  build: (forward, { batch }) =>
    forwardGraph(forward, {
      batch,
      fragment: ({ b }) => {
        for (const { weights, value, isLast } of sources(forward)) {
          const maps = isLast ? b.op('Transpose', [value], { perm: ints([0, 3, 1, 2]) }) : value;
          b.output(form(b, maps), outputOf(weights.join(APART)));
        }
      },
    }),
  size: ({ dims }) => dims[1]! + COUNT,
  accumulate: (total, { dims, data }) => {
    const [maps, channels, height, width] = dims as [number, number, number, number];
    const rank = new MatrixRank(height, width);
    for (let n = 0; n < maps; n += 1) {
      for (let c = 0; c < channels; c += 1) {
        total[c]! += rank.of(data as Float32Array, (n * channels + c) * height * width);
      }
    }
    total[channels]! += maps;
  },
  finish: ({ totals }) =>
    new Map(
      [...totals].flatMap(([output, total]) => {
        const means = Float32Array.from(total.subarray(0, -COUNT), (sum) => sum / total.at(-1)!);
        return initializerOf(output)
          .split(APART)
          .map((weight) => [weight, means] as const);
      }),
    ),
});
