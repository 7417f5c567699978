/** One method: its formula, where it comes from, what can be set, and how it fares on each board. */

import { useQuery } from '@tanstack/react-query';
import type { MethodDescription } from '@topiary/contracts';
import { Link, useParams } from 'react-router';
import { Formula } from '../components/formula.js';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Scroll } from '../components/scroll.js';
import { Skeleton } from '../components/skeleton.js';
import { BoardMultiple } from '../features/leaderboard/board-multiple.js';
import { t } from '../features/method/words.js';
import { limits } from '../features/submit-form/fields.js';
import { boardsQuery, methodsQuery, tracksQuery } from '../lib/queries.js';
import { trackOf } from '../lib/tracks.js';

const Parameters = ({ method }: { readonly method: MethodDescription }) => {
  if (method.parameters.length === 0) return <p className="muted">{t('method.noParameters')}</p>;
  return (
    <Scroll caption={t('method.parameters')}>
      <table>
        <caption className="sr-only">{t('method.parameters')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('method.parameter')}</th>
            <th scope="col">{t('method.meaning')}</th>
            <th scope="col">{t('method.values')}</th>
            <th scope="col">{t('method.default')}</th>
          </tr>
        </thead>
        <tbody>
          {method.parameters.map((parameter) => (
            <tr key={parameter.id}>
              <th scope="row">
                {parameter.title} <code className="second-line">{parameter.id}</code>
              </th>
              <td className="wrap">{parameter.meaning}</td>
              <td>{parameter.choices?.join(', ') ?? limits(parameter) ?? t(`type.${parameter.type}`)}</td>
              <td>
                <code>{String(parameter.default)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
};

const Results = ({ method }: { readonly method: MethodDescription }) => {
  const boards = useQuery(boardsQuery);
  const tracks = useQuery(tracksQuery);
  const error = boards.error ?? tracks.error;
  if (error) return <ErrorNote error={error} onRetry={() => void Promise.all([boards.refetch(), tracks.refetch()])} />;
  if (!boards.data || !tracks.data) return <Skeleton rows={4} />;
  const busy = boards.data.items.filter(({ methods }) => methods > 0);
  if (busy.length === 0) return <EmptyNote title={t('method.noResults')} />;
  return (
    <div className="multiples">
      {busy.map((board) => {
        const track = trackOf(tracks.data.items, board.track);
        return track && <BoardMultiple key={board.id} board={board} track={track} method={method} />;
      })}
    </div>
  );
};

const Facts = ({ method }: { readonly method: MethodDescription }) => (
  <dl className="facts">
    <div>
      <dt>{t('methods.paper')}</dt>
      <dd>
        {method.paper ? (
          <>
            {`${method.paper.authors}. `}
            <a href={method.paper.url}>{method.paper.title}</a>
            {`, ${method.paper.year}.`}
          </>
        ) : (
          t('method.noPaper')
        )}
      </dd>
    </div>
    <div>
      <dt>{t('methods.needs')}</dt>
      <dd>{method.needs.length === 0 ? t('method.dataFree') : method.needs.join(', ')}</dd>
    </div>
    <div>
      <dt>{t('method.cannot')}</dt>
      <dd>{method.cannot ?? t('method.cannot.nothing')}</dd>
    </div>
    <div>
      <dt>{t('method.random')}</dt>
      <dd>{method.deterministic ? t('method.random.no') : t('method.random.yes')}</dd>
    </div>
  </dl>
);

/** Every known way in which it is not what the paper or the published code says, and why. */
const Deviations = ({ method: { deviations = [] } }: { readonly method: MethodDescription }) =>
  deviations.length > 0 && (
    <Section title={t('method.deviations')}>
      <dl className="facts">
        {deviations.map(({ id, from, what, why }) => (
          <div key={`${id} ${from}`}>
            <dt>{from}</dt>
            <dd>
              {what} {why}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );

export default function MethodPage() {
  const { kind, id = '' } = useParams();
  const { data, error, isPending, refetch } = useQuery(methodsQuery);
  const method = data?.items.find((candidate) => candidate.kind === kind && candidate.id === id);
  if (!method) {
    return (
      <Page title={isPending ? id : t('method.missing', { id })}>
        {error && <ErrorNote error={error} onRetry={refetch} />}
        {isPending && <Skeleton rows={6} />}
        {data && <Link to="/methods">{t('method.all')}</Link>}
      </Page>
    );
  }
  return (
    <Page
      title={method.title}
      above={
        <>
          <Link to="/methods">{t('nav.methods')}</Link>
          {` / ${t(`kinds.${method.kind}`)}`}
        </>
      }
      lede={method.summary}
      actions={
        <Link className="button" to={`/submit?${method.kind}=${method.id}`}>
          {t('method.submit')}
        </Link>
      }
    >
      <Formula tex={method.formula} />
      <Facts method={method} />
      <Section title={t('method.parameters')}>
        <Parameters method={method} />
      </Section>
      <Deviations method={method} />
      <Section title={t('method.results')}>
        <p className="section-lede">{t('method.results.lede')}</p>
        <Results method={method} />
      </Section>
    </Page>
  );
}
