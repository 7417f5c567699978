/** What a ranking is, in words: above its rows in the table and in exports. */
import { t } from '../../lib/i18n.js';
import type { Ranking } from './rows.js';

/** `own`: the test split of the board's own ranking, which needs no words; null. */
export const rankingTitle = (ranking: Ranking, own: string): string | null => {
  const { kind, apart, procedures, solver, splitHash, source } = ranking;
  const isOther = kind !== 'reported' && splitHash !== own;
  const sentences = [
    source ? t('board.reported', { source: source.title, table: source.table }) : '',
    kind === 'open' ? t('board.open') : '',
    isOther ? t('board.otherSplit', { split: splitHash.slice(0, 8) }) : '',
    ...apart.map(({ present }) => t('board.apart', { part: present })),
    procedures ? t('board.procedures') : '',
    solver ? t('board.solver', { solver }) : '',
  ];
  return sentences.filter(Boolean).join(' ') || null;
};
