/** Small marks with words: the state of a run, where a number comes from, and from whom. */
import type { Byline, Provenance, State } from '@topiary/contracts';
import { Link } from 'react-router';
import { t } from '../lib/i18n.js';

export const StateMark = ({ state }: { readonly state: State }) => (
  <span className={`state is-${state}`}>{t(`state.${state}`)}</span>
);

/** One shape per provenance, the same in tables and plots; the word stands beside it, so colour and shape are a help only. */
const SHAPES: Record<Provenance, string> = {
  measured: 'M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8z',
  shipped: 'M1.5 1.5h7v7h-7z',
  reported: 'M5 .8L9.6 9H.4z',
};

export const ProvenanceMark = ({ provenance }: { readonly provenance: Provenance }) => (
  <span className="provenance" title={t(`provenance.${provenance}.meaning`)}>
    <svg
      viewBox="0 0 10 10"
      width="10"
      height="10"
      aria-hidden="true"
      className={provenance === 'reported' ? 'is-hollow' : undefined}
    >
      <path d={SHAPES[provenance]} />
    </svg>
    {t(`provenance.${provenance}`)}
  </span>
);

export const PersonLink = ({ person }: { readonly person: Byline }) => (
  <Link to={`/people/${person.id}`}>{person.name}</Link>
);
