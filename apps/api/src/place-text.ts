/** The place of a row in words, the same wherever it is shown outside the site: badges, feeds, frames, pictures, heads. */
import type { Row } from '@topiary/contracts';

type Placed = Pick<Row, 'place' | 'rank' | 'ranking'>;

/** `2–9`; of version 1 a rank: `3`, or `3=` where others share it; null: it has none. `rows`: those of its board. */
export const placeOf = ({ place, rank, ranking }: Placed, rows: readonly Placed[]): string | null => {
  if (place) return place.text.replace('-', '–');
  const peers = rows.filter((other) => other.ranking === ranking);
  // what stands beside places and has none is not ranked, whatever its value
  if (rank === null || peers.some((other) => other.place)) return null;
  return peers.filter((other) => other.rank === rank).length > 1 ? `${rank}=` : `${rank}`;
};

export const placeText = (row: Placed, rows: readonly Placed[]): string => {
  const place = placeOf(row, rows);
  return place === null ? 'not ranked' : `place ${place}`;
};
