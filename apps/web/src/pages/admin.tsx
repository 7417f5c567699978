/** For those who look after the server: the work, the people, the boards, the audit log. */
import { useQuery } from '@tanstack/react-query';
import { ErrorNote, Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { SignInPanel } from '../components/sign-in-panel.js';
import { SkeletonPage } from '../components/skeleton.js';
import { AuditLog } from '../features/admin/audit.js';
import { BoardStates } from '../features/admin/boards.js';
import { People } from '../features/admin/people.js';
import { t } from '../features/admin/words.js';
import { Work } from '../features/admin/work.js';
import { sessionQuery } from '../lib/queries.js';
import { useSearchParam } from '../lib/url.js';

const VIEWS = [
  { id: 'work', needs: 'organise', View: Work },
  { id: 'people', needs: 'admin', View: People },
  { id: 'boards', needs: 'organise', View: BoardStates },
  { id: 'audit', needs: 'admin', View: AuditLog },
] as const;

const Views = ({ scopes }: { readonly scopes: readonly string[] }) => {
  const [chosen, choose] = useSearchParam('view');
  const mine = VIEWS.filter(({ needs }) => scopes.includes(needs));
  const current = mine.find(({ id }) => id === chosen) ?? mine[0];
  if (!current) return <Note tone="warn" title={t('admin.forbidden')} />;
  return (
    <>
      <fieldset className="switch run-switch">
        <legend className="sr-only">{t('admin.views')}</legend>
        {mine.map(({ id }) => (
          <label key={id} className={id === current.id ? 'is-on' : undefined}>
            <input type="radio" name="view" checked={id === current.id} onChange={() => choose(id)} />
            {t(`admin.view.${id}`)}
          </label>
        ))}
      </fieldset>
      <current.View />
    </>
  );
};

export default function AdminPage() {
  const { data, error, refetch } = useQuery(sessionQuery);
  if (!data && !error) return <SkeletonPage />;
  return (
    <Page title={t('admin.title')} lede={t('admin.lede')} wide>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {data && (data.user ? <Views scopes={data.user.scopes} /> : <SignInPanel />)}
    </Page>
  );
}
