/** Which method leads over all boards: Borda, mean or win rate, with what is missing, what is level and what does not count. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Overall } from '@topiary/contracts';
import { useSearchParams } from 'react-router';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { ALL_TRACKS, BY, type By, Choices, type Chosen, filterOf } from '../features/overall/choices.js';
import { CountedTable, LeftOutTable, OverallTable } from '../features/overall/tables.js';
import { t, tn } from '../features/overall/words.js';
import { overallPath, overallQuery } from '../lib/overall-api.js';
import { tracksQuery } from '../lib/queries.js';

/** The answer, in a sentence or two. */
const Answer = ({ found }: { readonly found: Overall }) => {
  const first = found.rows.filter(({ rank }) => rank === 1);
  const [pairs, told] = (['pairs', 'told'] as const).map((of) => found.rankings.reduce((sum, one) => sum + one[of], 0));
  const [leader] = first;
  if (!leader) return null;
  const { range } = leader;
  const sure =
    range === null
      ? t('overall.range.none')
      : range.from === range.to
        ? t('overall.range.same')
        : t('overall.range', range);
  return (
    <p className="answer">
      <strong>
        {first.length === 1
          ? tn('overall.leads', found.rankings.length, { method: leader.method })
          : tn('overall.level', found.rankings.length, { k: String(first.length) })}
      </strong>{' '}
      {first.length === 1 && sure}{' '}
      {t(found.from === 'papers' ? 'overall.told.papers' : 'overall.told', { pairs: pairs!, told: told! })}
    </p>
  );
};

const RULES = ['duel', 'borda', 'mean', 'winRate', 'missing', 'ties'] as const;

const Found = ({ found, chosen }: { readonly found: Overall; readonly chosen: Chosen }) => {
  if (found.rankings.length === 0)
    return (
      <>
        <EmptyNote title={t('overall.none')}>{t('overall.none.text')}</EmptyNote>
        {found.leftOut.length > 0 && (
          <Section title={t('overall.leftOut')}>
            <LeftOutTable leftOut={found.leftOut} />
          </Section>
        )}
      </>
    );
  const path = (format: string) => `/api/v1${overallPath({ ...filterOf(chosen), format })}`;
  return (
    <>
      <Answer found={found} />
      {found.rows.every(({ rank }) => rank === null) && (
        <EmptyNote title={t('overall.nobody')}>{t('overall.nobody.mean')}</EmptyNote>
      )}
      <OverallTable found={found} />
      <p className="below">
        <a href={path('csv')} download>
          {t('overall.csv')}
        </a>
        <a href={path('parquet')} download>
          {t('overall.parquet')}
        </a>
        <a href={path('json')}>{t('overall.json')}</a>
      </p>
      <Section title={t('overall.rules')}>
        <ul className="sentences">
          {RULES.map((rule) => (
            <li key={rule}>{t(`overall.rules.${rule}`)}</li>
          ))}
        </ul>
      </Section>
      <Section title={t('overall.counted')}>
        <CountedTable rankings={found.rankings} />
      </Section>
      {found.leftOut.length > 0 && (
        <Section title={t('overall.leftOut')}>
          <LeftOutTable leftOut={found.leftOut} />
        </Section>
      )}
    </>
  );
};

const chosenIn = (search: URLSearchParams, firstTrack: string): Chosen => {
  const track = search.get('track') ?? firstTrack;
  const by = BY.find((one) => one === search.get('by')) ?? 'borda';
  return {
    by: (by === 'mean' && track === ALL_TRACKS ? 'borda' : by) satisfies By,
    track,
    target: search.get('target'),
    from: search.get('from') === 'papers' ? 'papers' : 'here',
    apart: search.get('apart'),
  };
};

export default function OverallPage() {
  const tracks = useQuery(tracksQuery);
  const [search, setSearch] = useSearchParams();
  const chosen = chosenIn(search, tracks.data?.items[0]?.id ?? '');
  const found = useQuery({
    ...overallQuery(filterOf(chosen)),
    enabled: tracks.data !== undefined,
    placeholderData: keepPreviousData,
  });
  /** Another track or source has other targets and other fields. */
  const choose = (name: keyof Chosen, value: string | null) =>
    setSearch(
      (previous) => {
        const next = new URLSearchParams(previous);
        if (name === 'track' || name === 'from') for (const gone of ['target', 'apart']) next.delete(gone);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  const error = tracks.error ?? found.error;
  return (
    <Page title={t('overall.title')} lede={t('overall.lede')}>
      {tracks.data && (
        <Choices chosen={chosen} tracks={tracks.data.items} targets={found.data?.targets ?? []} onChange={choose} />
      )}
      <div aria-live="polite">
        {error && <ErrorNote error={error} onRetry={() => void Promise.all([tracks.refetch(), found.refetch()])} />}
        {!error && !found.data && <Skeleton rows={8} />}
        {!error && found.data && <Found found={found.data} chosen={chosen} />}
      </div>
    </Page>
  );
}
