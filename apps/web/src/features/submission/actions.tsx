/** What one can do with a submission: cancel it, run it again, change and send it, or withdraw it. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreateSubmissionInput, Submission } from '@topiary/contracts';
import { Link, useNavigate } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { api } from '../../lib/api.js';
import { isOver, sessionQuery, submissionQuery } from '../../lib/queries.js';
import { uniqueId } from '../../lib/unique.js';
import { formAddress } from '../submit-form/initial.js';
import { againBody } from './again.js';
import { DropFiles } from './drop-files.js';
import { mayChange } from './may-change.js';
import { Withdraw } from './withdraw.js';
import { t } from './words.js';

/** What failed or was cancelled starts again in place; what is done is sent once more, as a submission of its own. */
const again = ({ title, private: isPrivate, targets, ...kept }: Submission) => {
  const body = againBody({ ...kept, targets: targets.map(({ label }) => label) });
  const more = { ...(title ? { title } : {}), ...(isPrivate ? { private: true } : {}) };
  return api.submit({ ...body, ...more } as CreateSubmissionInput, uniqueId());
};

/** Networks of its own: what was uploaded for it, and what came out. */
const hasFiles = ({ runs }: Submission): boolean =>
  runs.some(({ result }) => result?.artefacts.some(({ kind }) => kind === 'model'));

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
  const error = cancel.error ?? rerun.error;
  const user = session.data?.user;
  const mine = mayChange(user ?? null, submission);
  const over = isOver(submission);
  // What is done is sent once more, as a submission of whoever asks; files are their owner's alone to send.
  const maySend = kind === 'recipe' ? Boolean(user) : user?.id === submission.submitter?.id && kind !== 'import';
  const mayRerun = submission.state === 'done' ? Boolean(user) && maySend : mine;
  return (
    <>
      {mine && !over && (
        <button type="button" className="button is-quiet" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('submission.cancel')}
        </button>
      )}
      {mayRerun && over && !withdrawn && (
        <button type="button" className="button is-quiet" disabled={rerun.isPending} onClick={() => rerun.mutate()}>
          {t('submission.rerun')}
        </button>
      )}
      {kind === 'recipe' && (
        <Link className="button is-quiet" to={formAddress(submission)}>
          {t('submission.change')}
        </Link>
      )}
      {mine && over && !withdrawn && <Withdraw id={id} />}
      {mine && over && hasFiles(submission) && <DropFiles id={id} />}
      {error && <ErrorNote error={error} />}
    </>
  );
};
