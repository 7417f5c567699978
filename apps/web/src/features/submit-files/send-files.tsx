/** The end of both forms of files: what is missing, what the server said, signing in, sending; the same as a command. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { CreateSubmissionInput } from '@topiary/contracts';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { Code } from '../../components/copy.js';
import { Note } from '../../components/notes.js';
import { SignInPanel } from '../../components/sign-in-panel.js';
import { ApiError, api } from '../../lib/api.js';
import { sessionQuery } from '../../lib/queries.js';
import { uniqueId } from '../../lib/unique.js';
import { curlFor } from '../submit-form/curl.js';
import { PrivateField } from '../submit-form/private-field.js';
import { t } from './words.js';

interface Props {
  readonly body: CreateSubmissionInput;
  /** In words, what is still to be given. */
  readonly missing: readonly string[];
  readonly children: ReactNode;
}

export const SendFiles = ({ body: files, missing, children }: Props) => {
  const [isPrivate, setPrivate] = useState(false);
  const body = isPrivate ? ({ ...files, private: true } as CreateSubmissionInput) : files;
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const [pressed, setPressed] = useState(false);
  const send = useMutation({
    mutationFn: () => api.submit(body, uniqueId()),
    onSuccess: ({ id }) => navigate(`/submissions/${id}`),
  });
  const problem = send.error instanceof ApiError ? send.error.problem : null;
  const signedOut = session.data?.user === null || problem?.status === 401;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setPressed(true);
    if (missing.length === 0) send.mutate();
  };
  return (
    <div className="submit-split">
      <form onSubmit={onSubmit} noValidate>
        {children}
        <PrivateField value={isPrivate} onChange={setPrivate} />
        <div role="alert">
          {problem && problem.status !== 401 && (
            <Note tone="bad" title={problem.title}>
              <p>{problem.detail}</p>
            </Note>
          )}
          {pressed && missing.length > 0 && (
            <Note tone="bad" title={t('files.incomplete', { list: missing.join(', ') })} />
          )}
        </div>
        {!signedOut && (
          <button type="submit" className="button is-large" disabled={send.isPending}>
            {send.isPending ? t('submit.sending') : t('submit.go')}
          </button>
        )}
      </form>
      {signedOut && (
        <div className="submit-sign-in">
          <SignInPanel onDone={send.reset} />
        </div>
      )}
      <aside className="same-by-api">
        <div className="section-head">
          <h2>{t('submit.same')}</h2>
        </div>
        <Code text={curlFor(window.location.origin, body)} label={t('submit.same')} />
      </aside>
    </div>
  );
};
