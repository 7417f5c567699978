/** Criteria that have a mean rank on both sides; ranks of methods with a regularizer count among few rows only. */
import type { Findings } from '@topiary/contracts';

export interface Point {
  readonly id: string;
  readonly published: number;
  readonly ours: number;
}

export const rankPoints = ({ methods }: Findings): Point[] =>
  methods.flatMap(({ id, sparsified, published, ours }) =>
    !sparsified && published && ours ? [{ id, published: published.rank, ours: ours.rank }] : [],
  );
