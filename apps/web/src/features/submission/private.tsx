/** That a submission is private, and the button with which its owner publishes it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Submission } from '@topiary/contracts';
import { ErrorNote, Note } from '../../components/notes.js';
import { publish } from '../../lib/private-api.js';
import { sessionQuery, submissionQuery } from '../../lib/queries.js';
import { mayChange } from './may-change.js';
import { t } from './words.js';

export const Private = ({ submission }: { readonly submission: Submission }) => {
  const { id } = submission;
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const publishing = useMutation({
    mutationFn: () => publish(id),
    onSuccess: () => client.invalidateQueries({ queryKey: submissionQuery(id).queryKey }),
  });
  const mine = mayChange(session.data?.user ?? null, submission);
  return (
    <Note tone="warn" title={t('private.title')}>
      <p>{t('private.text')}</p>
      {mine && (
        <button
          type="button"
          className="button is-small"
          disabled={publishing.isPending}
          onClick={() => window.confirm(t('private.sure')) && publishing.mutate()}
        >
          {t('private.publish')}
        </button>
      )}
      {publishing.error && <ErrorNote error={publishing.error} />}
    </Note>
  );
};
