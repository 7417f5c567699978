/** Rows of a board by what they give, beside each other: the one file of each that shows it best. */
import { useQueries } from '@tanstack/react-query';
import type { Row } from '@topiary/contracts';
import { Link } from 'react-router';
import { Skeleton } from '../../components/skeleton.js';
import { translator } from '../../lib/i18n.js';
import { rowShownQuery } from '../../lib/queries.js';
import { facts } from '../../messages/en/facts.js';
import { rowPath } from '../leaderboard/rows.js';
import { Fact } from './facts.js';
import { networksOf, ofArtefact } from './shown.js';

const t = translator(facts);

interface Props {
  readonly board: string;
  /** Of the file. */
  readonly kind: string;
  readonly rows: readonly Row[];
}

export const Showcase = ({ board, kind, rows }: Props) => {
  const found = useQueries({ queries: rows.map(({ id }) => rowShownQuery(board, id)) });
  if (found.some(({ isPending }) => isPending)) return <Skeleton rows={8} />;
  const shown = rows.flatMap((row, i) => {
    const { data } = found[i]!;
    const file = data?.artefacts.find((one) => one.kind === kind);
    return data && file ? [{ row, file, networks: networksOf(data) }] : [];
  });
  if (shown.length === 0) return <p className="muted">{t('showcase.none')}</p>;
  return (
    <div className="two-columns">
      {shown.map(({ row, file, networks }) => (
        <section key={row.id} className="stack">
          <h3>
            <Link to={rowPath(board, row)}>{row.label}</Link>
          </h3>
          <Fact shown={ofArtefact(file)} networks={networks} board={board} />
        </section>
      ))}
    </div>
  );
};
