/** What everybody may know of a person: a name, and what they submitted. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { ErrorNote } from '../components/notes.js';
import { Page } from '../components/page.js';
import { SkeletonPage } from '../components/skeleton.js';
import { SubmissionsOf } from '../features/account/submissions-of.js';
import { t, tn } from '../features/account/words.js';
import { personQuery } from '../lib/account-api.js';
import { formatDate } from '../lib/format.js';

export default function PersonPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(personQuery(id));
  if (!data && !error) return <SkeletonPage />;
  if (!data) return <Page title={t('notFound.title')}>{error && <ErrorNote error={error} onRetry={refetch} />}</Page>;
  const { total, withdrawn } = data.submissions;
  return (
    <Page
      title={data.name}
      lede={t('person.lede', { date: formatDate(data.since), total: tn('person.submissions', total), withdrawn })}
    >
      <SubmissionsOf person={id} caption={data.name} none={t('person.none')} />
    </Page>
  );
}
