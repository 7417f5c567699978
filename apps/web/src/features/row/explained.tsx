/** A row that explains itself: its recipe in words, whose papers it rests on, how it differs from them, and its neighbours' widths. */
import { useQuery } from '@tanstack/react-query';
import type { MethodDescription, Row } from '@topiary/contracts';
import { Link } from 'react-router';
import { Section } from '../../components/page.js';
import { methodsQuery } from '../../lib/queries.js';
import { Overlay } from '../compare/overlay.js';
import { methodsIn, recipeWords, t, tn } from './recipe-words.js';

const NEIGHBOURS = 2;

const Deviations = ({ methods }: { readonly methods: readonly MethodDescription[] }) => {
  const all = methods.flatMap(({ deviations = [] }) => deviations);
  const once = all.filter(({ id }, i) => all.findIndex((other) => other.id === id) === i);
  if (once.length === 0) return null;
  return (
    <details>
      <summary>{tn('explained.deviations', once.length)}</summary>
      <ul className="plain-list deviations">
        {once.map(({ id, from, what, why }) => (
          <li key={id}>
            <strong>{`${from}:`}</strong> {what} <span className="muted">{why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
};

const Papers = ({ row, methods }: { readonly row: Row; readonly methods: readonly MethodDescription[] }) => {
  const own = row.recipe['paper'];
  const known = methods.flatMap(({ paper }) => (paper ? [paper] : []));
  if (known.length === 0 && typeof own !== 'string') return null;
  return (
    <div>
      <dt>{t('explained.paper')}</dt>
      <dd>
        {typeof own === 'string' && (
          <a href={own} rel="nofollow noopener">
            {own}
          </a>
        )}
        {known.map(({ title, url, year }) => (
          <span key={url} className="paper">
            <a href={url}>{title}</a>
            {`, ${year}`}
          </span>
        ))}
      </dd>
    </div>
  );
};

export const Explained = ({ row }: { readonly row: Row }) => {
  const { data } = useQuery(methodsQuery);
  const methods = data?.items ?? [];
  const used = methodsIn(row, methods);
  // all at once: names that become titles a moment later are a flicker
  const steps = data ? recipeWords(row, methods) : [];
  const licence = row.recipe['licence'];
  return (
    <Section title={t('explained.title')}>
      {steps.map((sentences, i) => (
        <div key={sentences.join(' ')}>
          {steps.length > 1 && <h3>{t('explained.step', { n: i + 1 })}</h3>}
          <ul className="told">
            {sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      ))}
      <dl className="facts">
        <div>
          <dt>{t('explained.division')}</dt>
          <dd>{t(`explained.division.${row.division}`)}</dd>
        </div>
        {used.length > 0 && (
          <div>
            <dt>{t('explained.methods')}</dt>
            <dd>
              {used.map(({ kind, id, title }) => (
                <span key={`${kind}/${id}`} className="paper">
                  <Link to={`/methods/${kind}/${id}`}>{title}</Link>
                </span>
              ))}
            </dd>
          </div>
        )}
        <Papers row={row} methods={used} />
        {typeof licence === 'string' && (
          <div>
            <dt>{t('explained.licence')}</dt>
            <dd>{licence}</dd>
          </div>
        )}
      </dl>
      <Deviations methods={used} />
    </Section>
  );
};

/** The row and those next to it in its ranking that were run, here or by the project. */
const withWidths = (rows: readonly Row[], row: Row): readonly Row[] => {
  const peers = rows.filter(({ ranking, source }) => ranking === row.ranking && source === null);
  const place = peers.findIndex(({ id }) => id === row.id);
  return place < 0 ? [] : peers.slice(Math.max(0, place - NEIGHBOURS), place + NEIGHBOURS + 1);
};

interface NeighbourProps {
  readonly board: string;
  readonly row: Row;
  readonly rows: readonly Row[];
}

export const NeighbourWidths = ({ board, row, rows }: NeighbourProps) => {
  const shown = withWidths(rows, row);
  if (shown.length < 2) return null;
  return (
    <Section title={t('explained.neighbours')}>
      <p>{t('explained.neighbours.how')}</p>
      <Overlay board={board} rows={shown} own={row.id} />
    </Section>
  );
};
