/**
 * Rows that lead a ranking with seeds that their submitter asked for. Whoever tries many recipes and shows the luckiest must
 * be right again: such a row is run once more with seeds that the server draws, and those alone decide from then on.
 */
import type { LeaderboardRow } from './row.js';
import { DRAWN_SEED } from './whose-runs.js';

type Leading = Pick<
  LeaderboardRow,
  'id' | 'rank' | 'place' | 'control' | 'provenance' | 'provenances' | 'submission' | 'seeds' | 'recipe' | 'target'
>;

/** Where nothing is trained, another seed gives the same numbers. */
const isTrained = ({ recipe }: Leading): boolean => {
  const { steps } = (recipe['finetune'] ?? {}) as { steps?: number };
  return (steps ?? 0) > 0;
};

/** First by value in a ranking that tells anything; nobody's own choice: the project's suite, and what has drawn seeds. */
export const wouldLead = <Row extends Leading>(rows: readonly Row[]): readonly (Row & { submission: string })[] =>
  rows.filter(
    (row): row is Row & { submission: string } =>
      row.rank === 1 &&
      row.place !== null &&
      row.control === null &&
      row.submission !== null &&
      !row.provenances.includes('shipped') &&
      row.seeds.every((seed) => seed < DRAWN_SEED) &&
      isTrained(row),
  );
