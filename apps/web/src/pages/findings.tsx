/** What the suite found: which published orderings reproduce here, with the pictures behind it. */

import { useQuery } from '@tanstack/react-query';
import type { Findings, Ordering } from '@topiary/contracts';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { OrderingsTable } from '../features/findings/orderings-table.js';
import { rankPoints } from '../features/findings/rank-points.js';
import { RecordedExperiments } from '../features/findings/recorded.js';
import { Scopes } from '../features/findings/scopes.js';
import { StandingsTable } from '../features/findings/standings-table.js';
import { t } from '../features/findings/words.js';
import { formatFixed } from '../lib/format.js';
import { findingsQuery } from '../lib/queries.js';

const RankPlot = lazy(() => import('../features/findings/rank-plot.js'));
const GainPlot = lazy(() => import('../features/findings/gain-plot.js'));

const VERDICTS = ['reproduced', 'reversed', 'level', 'no power', 'untested'] as const;
const RANK_HEIGHT = 420;

const countOf = (orderings: readonly Ordering[], verdict: Ordering['verdict']): number =>
  orderings.filter((ordering) => ordering.verdict === verdict).length;

/** How many seeds would decide what is not known; where the nearest row takes too many, what fewer would tell. */
const seedsText = ({ best, nearest, easiest, most }: NonNullable<Findings['known'][number]['needs']>): string => {
  if (nearest.seeds !== null) return t('findings.known.seeds', { seeds: nearest.seeds, best, nearest: nearest.row });
  const none = t('findings.known.seeds.none', { most, best, nearest: nearest.row });
  if (easiest.seeds === null) return none;
  return `${none} ${t('findings.known.seeds.easiest', { seeds: easiest.seeds, easiest: easiest.row })}`;
};

/** What is known and what is not, in sentences: the first thing that a reader wants. */
const Sentences = ({ findings: { known, orderings } }: { readonly findings: Findings }) => {
  const told = known.filter(({ leftOut }) => leftOut === null);
  const sum = (of: (one: Findings['known'][number]) => number) => told.reduce((n, one) => n + of(one), 0);
  const needs = orderings.flatMap((one) => (one.needs === null ? [] : [one.needs]));
  return (
    <ul className="sentences">
      {told.length > 0 && (
        <li>
          {t('findings.known.pairs', {
            stand: sum(({ stand }) => stand),
            pairs: sum(({ pairs }) => pairs),
            n: told.length,
          })}
        </li>
      )}
      {told
        .filter(({ sparsified }) => !sparsified)
        .map(({ board, title, target, first, rows, needs: seeds }) => (
          <li key={`${board} ${target}`}>
            {first.length === 1
              ? t('findings.known.leader', { method: first[0]!, title, target })
              : t('findings.known.level', { n: first.length, rows, title, target })}
            {seeds && ` ${seedsText(seeds)}`}
          </li>
        ))}
      {known
        .filter(({ leftOut }) => leftOut !== null)
        .map(({ board, title, target, sparsified, leftOut, random }) => (
          <li key={`${board} ${target} ${sparsified}`} className="muted">
            {t(`findings.leftOut.${leftOut!}`, {
              title,
              target: sparsified ? t('findings.leftOut.sparsified', { target }) : target,
              n: random.seeds,
            })}
          </li>
        ))}
      {needs.length > 0 && <li>{t('findings.known.needs', { n: needs.length, least: Math.min(...needs) })}</li>}
    </ul>
  );
};

const Headline = ({ findings: { orderings, published, ours, networks } }: { readonly findings: Findings }) => (
  <>
    <ul className="headline">
      {VERDICTS.map((verdict) => (
        <li key={verdict}>
          <strong>{countOf(orderings, verdict)}</strong> {t(`findings.${verdict}`)}
        </li>
      ))}
    </ul>
    <p className="muted">
      {t('findings.of', { n: orderings.length })}.{' '}
      {t('findings.sources', {
        published: published.length,
        publishedNetworks: networks.published,
        ours: ours.length,
        oursNetworks: networks.ours,
      })}
    </p>
  </>
);

const Ranks = ({ findings }: { readonly findings: Findings }) => {
  const both = rankPoints(findings).length;
  if (both < 2) return null;
  return (
    <Section
      title={t('findings.ranks')}
      aside={
        findings.kendall !== null && (
          <span className="muted">
            {t('findings.ranks.tau', { tau: formatFixed(findings.kendall, 2), n: both, ...findings.networks })}
          </span>
        )
      }
    >
      <p className="section-lede">{t('findings.ranks.text')}</p>
      <Suspense fallback={<Skeleton rows={1} height={RANK_HEIGHT} />}>
        <RankPlot findings={findings} height={RANK_HEIGHT} />
      </Suspense>
    </Section>
  );
};

const Gains = ({ findings }: { readonly findings: Findings }) =>
  findings.methods.some(({ gains }) => gains.length > 0) && (
    <Section title={t('findings.gains')}>
      <p className="section-lede">{t('findings.gains.text', { networks: findings.networks.ours })}</p>
      <Suspense fallback={<Skeleton rows={8} />}>
        <GainPlot findings={findings} />
      </Suspense>
    </Section>
  );

const Orderings = ({ orderings }: Pick<Findings, 'orderings'>) => {
  const [shown, setShown] = useState<Ordering['verdict'] | 'all'>('all');
  const chosen = orderings.filter(({ verdict }) => shown === 'all' || verdict === shown);
  return (
    <Section
      title={t('findings.orderings')}
      aside={
        <fieldset className="switch">
          <legend className="sr-only">{t('findings.show')}</legend>
          {(['all', ...VERDICTS] as const).map((option) => (
            <label key={option} className={option === shown ? 'is-on' : undefined}>
              <input type="radio" name="verdict" checked={option === shown} onChange={() => setShown(option)} />
              {t(`findings.${option}`)}
            </label>
          ))}
        </fieldset>
      }
    >
      <p className="section-lede">{t('findings.orderings.text')}</p>
      <OrderingsTable orderings={chosen} />
    </Section>
  );
};

export default function FindingsPage() {
  const { data, error, refetch } = useQuery(findingsQuery);
  return (
    <Page title={t('findings.title')} lede={t('findings.lede')}>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Skeleton rows={8} />}
      {data && data.orderings.length === 0 && (
        <EmptyNote title={t('findings.none')}>{t('findings.none.text')}</EmptyNote>
      )}
      {data && data.orderings.length > 0 && (
        <>
          <Sentences findings={data} />
          <Headline findings={data} />
          <Ranks findings={data} />
          <Gains findings={data} />
          <Section title={t('findings.standings')} aside={<Link to="/overall">{t('findings.overall')}</Link>}>
            <p className="section-lede">
              {t('findings.standings.text', { networks: data.networks.ours, published: data.networks.published })}
            </p>
            <StandingsTable methods={data.methods} />
          </Section>
          {data.scopes && (
            <Section title={t('findings.scopes')}>
              <p className="section-lede">{t('findings.scopes.text')}</p>
              <Scopes {...data.scopes} />
            </Section>
          )}
          <Orderings orderings={data.orderings} />
        </>
      )}
      {data && data.recorded.length > 0 && (
        <Section title={t('findings.recorded')}>
          <p className="section-lede">{t('findings.recorded.text')}</p>
          <RecordedExperiments recorded={data.recorded} />
        </Section>
      )}
    </Page>
  );
}
