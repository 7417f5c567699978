/** What a run shows of itself, each thing by the view of its kind. */
import { useQuery } from '@tanstack/react-query';
import type { Result } from '@topiary/contracts';
import { Suspense } from 'react';
import { ErrorBoundary } from '../../components/error-boundary.js';
import { ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { artefactQuery } from '../../lib/queries.js';
import { viewOf } from './registry.js';
import { networksOf, type Shown, shownOf } from './shown.js';
import { titleOf } from './titles.js';
import type { ViewNetwork } from './view.js';

interface FactProps {
  readonly shown: Shown;
  readonly networks: readonly ViewNetwork[];
  readonly board: string;
}

/** One thing, drawn by the view of its kind. */
export const Fact = ({ shown, networks, board }: FactProps) => {
  const { kind, url, isJson } = shown;
  const { data, error, refetch } = useQuery({ ...artefactQuery(url ?? ''), enabled: isJson && url !== null });
  const View = viewOf(kind);
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (View === null) return null;
  if (isJson && data === undefined) return <Skeleton rows={6} />;
  return (
    <ErrorBoundary>
      <Suspense fallback={<Skeleton rows={6} />}>
        <View url={url} data={isJson ? data : shown.data} title={titleOf(shown)} networks={networks} board={board} />
      </Suspense>
    </ErrorBoundary>
  );
};

interface Props {
  readonly result: Pick<Result, 'widths' | 'artefacts'>;
  readonly board: string;
}

export const Facts = ({ result, board }: Props) =>
  shownOf(result, (kind) => viewOf(kind) !== null).map((shown) => (
    <Section key={shown.key} title={titleOf(shown)}>
      <Fact shown={shown} networks={networksOf(result)} board={board} />
    </Section>
  ));
