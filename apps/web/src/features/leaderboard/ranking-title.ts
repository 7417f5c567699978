/** What a ranking is, in words: above its rows in the table and in exports. */
import type { Board } from '@topiary/contracts';
import { t } from '../../lib/i18n.js';
import type { Ranking } from './rows.js';

/** On which pictures, where that is not what the board's data set has: by name, else by the hash. */
const splitWords = (hash: string, own: string, parts: Board['parts'] = []): string => {
  const part = parts.find((one) => one.hash === hash);
  if (part) return t('board.part', { part: part.title });
  return hash === own ? '' : t('board.otherSplit', { split: hash.slice(0, 8) });
};

/** `own`: the test split of the board's own ranking, which needs no words unless it is a part; null: there is nothing to say. */
export const rankingTitle = (ranking: Ranking, own: string, { parts }: Pick<Board, 'parts'>): string | null => {
  const { kind, apart, procedures, solver, splitHash, source } = ranking;
  const sentences = [
    source ? t('board.reported', { source: source.title, table: source.table }) : '',
    kind === 'open' ? t('board.open') : '',
    kind === 'reported' ? '' : splitWords(splitHash, own, parts),
    ...apart.map(({ present }) => t('board.apart', { part: present })),
    procedures ? t('board.procedures') : '',
    solver ? t('board.solver', { solver }) : '',
  ];
  return sentences.filter(Boolean).join(' ') || null;
};
