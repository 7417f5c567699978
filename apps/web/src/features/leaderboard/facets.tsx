/** Which rows of a leaderboard are shown: choices that occur on the board, kept in the address. */
import type { Row } from '@topiary/contracts';
import { useSearchParams } from 'react-router';
import { t } from '../../lib/i18n.js';

export const FACETS = ['criterion', 'regularizer', 'scope', 'provenance', 'division'] as const;
export type Facet = (typeof FACETS)[number];
export type FacetValues = Readonly<Partial<Record<Facet | 'q', string>>>;

const facetOf = (row: Row, facet: Facet): string =>
  facet === 'provenance' || facet === 'division'
    ? row[facet]
    : String((row.recipe as Readonly<Record<string, unknown>>)[facet] ?? 'none');

/** The values that occur, with how often; one value alone is no choice. */
const choicesOf = (rows: readonly Row[], facet: Facet): readonly (readonly [value: string, count: number])[] => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = facetOf(row, facet);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a.localeCompare(b, 'en'));
};

export const useFacets = (): [FacetValues, (name: Facet | 'q', value: string) => void, () => void] => {
  const [search, setSearch] = useSearchParams();
  const change = (edit: (next: URLSearchParams) => void) =>
    setSearch(
      (previous) => {
        const next = new URLSearchParams(previous);
        edit(next);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const names = [...FACETS, 'q'] as const;
  const values = Object.fromEntries(names.flatMap((name) => (search.get(name) ? [[name, search.get(name)!]] : [])));
  return [
    values,
    (name, value) => change((next) => (value === '' ? next.delete(name) : next.set(name, value))),
    () =>
      change((next) => {
        for (const name of names) next.delete(name);
      }),
  ];
};

interface Props {
  /** Of the whole board, so that a choice does not take the others away. */
  readonly rows: readonly Row[];
  readonly values: FacetValues;
  readonly onChange: (name: Facet | 'q', value: string) => void;
  readonly onClear: () => void;
}

const FacetField = ({ facet, rows, values, onChange }: Props & { readonly facet: Facet }) => {
  const choices = choicesOf(rows, facet);
  const value = values[facet] ?? '';
  if (choices.length < 2 && value === '') return null;
  return (
    <label className="facet">
      <span>{t(`facet.${facet}`)}</span>
      <select value={value} onChange={(event) => onChange(facet, event.target.value)}>
        <option value="">{t('facet.all')}</option>
        {choices.map(([choice, count]) => (
          <option key={choice} value={choice}>
            {`${choice} (${count})`}
          </option>
        ))}
      </select>
    </label>
  );
};

export const Facets = (props: Props) => {
  const { values, onChange, onClear } = props;
  return (
    <search className="facets">
      <label className="facet">
        <span>{t('facet.q')}</span>
        <input
          type="search"
          value={values.q ?? ''}
          placeholder={t('facet.q.hint')}
          onChange={(event) => onChange('q', event.target.value)}
        />
      </label>
      {FACETS.map((facet) => (
        <FacetField key={facet} facet={facet} {...props} />
      ))}
      {Object.keys(values).length > 0 && (
        <button type="button" className="button is-quiet is-small" onClick={onClear}>
          {t('facet.clear')}
        </button>
      )}
    </search>
  );
};
