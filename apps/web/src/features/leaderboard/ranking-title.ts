/** What a ranking is, in words: above its rows in the table and in exports. */
import type { Board } from '@topiary/contracts';
import { t } from '../../lib/i18n.js';
import type { Ranking } from './rows.js';

/** The part of the test pictures that a split is, in words; undefined: it is none that is known. */
export const partTitle = (splitHash: string, { parts = [] }: Pick<Board, 'parts'>): string | undefined =>
  parts.find(({ hash }) => hash === splitHash)?.title;

/** On which pictures, where that is not what the board's data set has: by name, else by the hash. */
const splitWords = (splitHash: string, own: string, board: Pick<Board, 'parts'>): string => {
  const part = partTitle(splitHash, board);
  if (part !== undefined) return t('board.part', { part });
  return splitHash === own ? '' : t('board.otherSplit', { split: splitHash.slice(0, 8) });
};

/** `own`: the test split of the board's own ranking, which needs no words unless it is a part; null: there is nothing to say. */
export const rankingTitle = (ranking: Ranking, own: string, board: Pick<Board, 'parts'>): string | null => {
  const { kind, apart, procedures, solver, splitHash, source } = ranking;
  const sentences = [
    source ? t('board.reported', { source: source.title, table: source.table }) : '',
    kind === 'open' ? t('board.open') : '',
    kind === 'reported' ? '' : splitWords(splitHash, own, board),
    ...apart.map(({ present }) => t('board.apart', { part: present })),
    procedures ? t('board.procedures') : '',
    solver ? t('board.solver', { solver }) : '',
  ];
  return sentences.filter(Boolean).join(' ') || null;
};
