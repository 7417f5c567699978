/** SlimSAM on the small Segment Anything model, and on real microscopies. */
import type { DifferenceClaim, Side } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const LARGER =
  'Larger encoders: a small one has few channels that nobody misses, and learns again quickly what it lost.';

const side = (row: string, share: number): Side => ({
  where: { row, share },
  value: 'values.miou-point',
  answers: 'answers',
});

const SHARES = [0.5, 0.77];

const above = (id: string, first: string, second: string, words: string): readonly DifferenceClaim[] =>
  SHARES.map((share) => ({
    kind: 'difference',
    id,
    says: `mIoU by a point with ${Math.round(100 * share)} % of the channels out: ${words}`,
    needs: LARGER,
    first: side(first, share),
    second: side(second, share),
    expects: 'above',
  }));

export const SlimSam: RecordedExperiment = {
  id: 'slimsam',
  title: 'SlimSAM: one family of channels after the other',
  board: 'segmentation.sam-tiny.scenes64',
  paper: 'https://arxiv.org/abs/2312.05284',
  file: 'slimsam',
  command: 'npx tsx scripts/experiments/slimsam.ts',
  network: 'base',
  most: ['steps'],
  seed: 'seed',
  paired: false,
  digits: 2,
  claims: [
    ...above('S1', 'slimsam', 'scratch', 'SlimSAM above new weights'),
    ...above('S2', 'slimsam', 'once-disturbed', 'in turn above at once'),
    ...above('S3', 'once-disturbed', 'once-taylor', 'disturbed Taylor above Taylor'),
    ...above('S3', 'once-taylor', 'once-hessian', 'Taylor above OBD-Hessian'),
    ...above('S3', 'once-hessian', 'once-random', 'OBD-Hessian above random'),
    ...above('S3', 'once-random', 'once-magnitude', 'random above magnitude'),
    ...above('S4', 'slimsam', 'inner-second', 'with inner values after the first cut'),
    ...above('S4', 'slimsam', 'inner-first', 'with inner values after the second cut'),
    ...above('S5', 'slimsam', 'pictures-100', '500 pictures above 100'),
  ],
};

const nucleus = (when: string): Side => ({
  where: {},
  value: `${when}.values.miou-point`,
  answers: `${when}.answers`,
});

export const Nuclei: RecordedExperiment = {
  id: 'nuclei',
  title: 'SlimSAM on nuclei under a microscope',
  board: 'segmentation.sam-tiny.scenes64',
  paper: 'https://arxiv.org/abs/2312.05284',
  file: 'nuclei',
  command: 'npx tsx scripts/experiments/nuclei.ts',
  network: null,
  most: ['steps'],
  seed: 'seed',
  paired: true,
  digits: 2,
  claims: [
    {
      kind: 'difference',
      id: 'kept',
      says: 'Half of the encoder’s channels leave real pictures within 1 point of mIoU by a point',
      needs: 'More pictures to learn from than a hundred.',
      first: nucleus('after'),
      second: nucleus('before'),
      expects: 'near',
      margin: 1,
    },
  ],
};
