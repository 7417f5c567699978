/** Where rows were not made alike: what a reader must know before reading one number against another. */
import type { Row } from '@topiary/contracts';
import { stable } from '../../lib/stable.js';
import { t } from '../row/words.js';

const distinct = (rows: readonly Row[], of: (row: Row) => unknown): string[] => [
  ...new Set(rows.map((row) => stable(of(row) ?? null))),
];

const words = (values: readonly string[]): string => values.map((value) => String(JSON.parse(value))).join(', ');

export const differences = (rows: readonly Row[]): readonly string[] => {
  const targets = distinct(rows, ({ target }) => target.label);
  const provenances = distinct(rows, ({ provenance }) => provenance);
  const parts = {
    finetune: distinct(rows, ({ recipe }) => recipe['finetune']),
    splitHash: distinct(rows, ({ splitHash }) => splitHash),
    division: distinct(rows, ({ division }) => division),
    machine: distinct(rows, ({ machine }) => machine),
  };
  return [
    ...(targets.length > 1 ? [t('compare.differs.target', { values: words(targets) })] : []),
    ...(provenances.length > 1 ? [t('compare.differs.provenance', { values: words(provenances) })] : []),
    ...(Object.keys(parts) as (keyof typeof parts)[])
      .filter((part) => parts[part].length > 1)
      .map((part) => t(`compare.differs.${part}`)),
  ];
};
