/** One's own account: profile, password, keys, submissions. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useNavigate } from 'react-router';
import { ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { SignInPanel } from '../components/sign-in-panel.js';
import { Skeleton, SkeletonPage } from '../components/skeleton.js';
import { Keys } from '../features/account/keys.js';
import { Password } from '../features/account/password.js';
import { Profile } from '../features/account/profile.js';
import { Quota } from '../features/account/quota.js';
import { SubmissionsOf } from '../features/account/submissions-of.js';
import { t } from '../features/account/words.js';
import { accountApi, accountQuery } from '../lib/account-api.js';
import { api } from '../lib/api.js';
import { sessionQuery } from '../lib/queries.js';

const Notices = lazy(() => import('../features/account/notices.js'));

/** Nothing of a person stays in the page's memory. */
const useGoodbye = () => {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    client.setQueryData(sessionQuery.queryKey, { user: null });
    client.removeQueries({ queryKey: ['account'] });
    client.removeQueries({ queryKey: ['admin'] });
    navigate('/');
  };
};

const Leave = () => {
  const leave = useMutation({ mutationFn: accountApi.leave, onSuccess: useGoodbye() });
  return (
    <Section title={t('leave.title')}>
      <p className="section-text">{t('leave.text')}</p>
      <button
        type="button"
        className="button is-quiet"
        disabled={leave.isPending}
        onClick={() => window.confirm(t('leave.sure')) && leave.mutate()}
      >
        {t('leave.go')}
      </button>
      {leave.error && <ErrorNote error={leave.error} />}
    </Section>
  );
};

const SignedIn = () => {
  const { data, error, refetch } = useQuery(accountQuery);
  const signOut = useMutation({ mutationFn: api.signOut, onSuccess: useGoodbye() });
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (!data) return <SkeletonPage />;
  return (
    <Page
      title={t('account.title')}
      lede={t('account.as', { name: data.name })}
      actions={
        <button type="button" className="button is-quiet" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('account.signOut')}
        </button>
      }
    >
      {signOut.error && <ErrorNote error={signOut.error} />}
      <Section title={t('mine.title')}>
        <Quota />
        <SubmissionsOf person={data.id} caption={t('mine.title')} none={t('mine.none')} />
      </Section>
      <Keys />
      <Suspense fallback={<Skeleton rows={3} />}>
        <Notices />
      </Suspense>
      <div className="two-columns">
        <Profile account={data} />
        <Password account={data} />
      </div>
      <Leave />
    </Page>
  );
};

export default function AccountPage() {
  const { data, error, refetch } = useQuery(sessionQuery);
  if (data?.user) return <SignedIn />;
  if (!data && !error) return <SkeletonPage />;
  return (
    <Page title={t('account.title')} lede={t('account.signedOut')}>
      {error ? <ErrorNote error={error} onRetry={refetch} /> : <SignInPanel />}
    </Page>
  );
}
