/** What one can do with a submission: cancel it, run it again, change and send it, or withdraw it. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Submission } from '@topiary/contracts';
import { Link, useNavigate } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { api } from '../../lib/api.js';
import { isOver, sessionQuery, submissionQuery } from '../../lib/queries.js';
import { uniqueId } from '../../lib/unique.js';
import { formAddress } from '../submit-form/initial.js';
import { t } from './words.js';

/** What failed or was cancelled starts again in place; what is done is sent once more, as a submission of its own. */
const again = ({ board, title, recipe, targets, seeds }: Submission) =>
  api.submit(
    {
      kind: 'recipe',
      board,
      ...(title ? { title } : {}),
      recipe,
      targets: targets.map(({ label }) => label),
      seeds,
    },
    uniqueId(),
  );

export const SubmissionActions = ({ submission }: { readonly submission: Submission }) => {
  const { id, kind, withdrawn } = submission;
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const refresh = () => client.invalidateQueries({ queryKey: submissionQuery(id).queryKey });
  const cancel = useMutation({ mutationFn: () => api.cancel(id), onSuccess: refresh });
  const rerun = useMutation({
    mutationFn: () => (submission.state === 'done' ? again(submission) : api.rerun(id)),
    onSuccess: (started) => (started.id === id ? refresh() : navigate(`/submissions/${started.id}`)),
  });
  const withdraw = useMutation({ mutationFn: () => api.withdraw(id), onSuccess: refresh });
  const error = cancel.error ?? rerun.error ?? withdraw.error;
  const signedIn = Boolean(session.data?.user);
  const over = isOver(submission);
  return (
    <>
      {signedIn && !over && (
        <button type="button" className="button is-quiet" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('submission.cancel')}
        </button>
      )}
      {signedIn && over && !withdrawn && (kind === 'recipe' || submission.state !== 'done') && (
        <button type="button" className="button is-quiet" disabled={rerun.isPending} onClick={() => rerun.mutate()}>
          {t('submission.rerun')}
        </button>
      )}
      {kind === 'recipe' && (
        <Link className="button is-quiet" to={formAddress(submission)}>
          {t('submission.change')}
        </Link>
      )}
      {signedIn && over && !withdrawn && (
        <button
          type="button"
          className="button is-quiet"
          disabled={withdraw.isPending}
          onClick={() => window.confirm(t('submission.withdraw.sure')) && withdraw.mutate()}
        >
          {t('submission.withdraw')}
        </button>
      )}
      {error && <ErrorNote error={error} />}
    </>
  );
};
