/** Signs in with the owner's key. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { SignInPanel } from '../components/sign-in-panel.js';
import { t } from '../lib/i18n.js';
import { sessionQuery } from '../lib/queries.js';

export default function SignInPage() {
  const navigate = useNavigate();
  const { data } = useQuery(sessionQuery);
  const [search] = useSearchParams();
  return (
    <Page title={t('signIn.title')} lede={t('signIn.lede')}>
      {search.has('expired') && !data?.user && <Note tone="warn" title={t('signIn.expired')} />}
      {data?.user ? (
        <p>
          {t('account.as', { name: data.user.name })}. <Link to="/submit">{t('home.submit')}</Link>
        </p>
      ) : (
        <SignInPanel onDone={() => navigate('/')} />
      )}
    </Page>
  );
}
