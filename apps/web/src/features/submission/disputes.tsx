/** Who doubts a submission and why, what was answered, and a form to dispute it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Dispute, Submission } from '@topiary/contracts';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { Ago } from '../../components/figures.js';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { api } from '../../lib/api.js';
import { disputesOfQuery, sessionQuery, submissionQuery } from '../../lib/queries.js';
import { t } from './words.js';

const One = ({ dispute: { raisedBy, text, at, answer } }: { readonly dispute: Dispute }) => (
  <li>
    <p>
      <Link to={`/people/${raisedBy.id}`}>{t('disputes.said', { name: raisedBy.name })}</Link>, <Ago iso={at} />:
    </p>
    <blockquote>{text}</blockquote>
    {answer ? (
      <>
        <p>
          <strong>{t(`disputes.${answer.outcome}`, { name: answer.by.name })}</strong>, <Ago iso={answer.at} />:
        </p>
        <blockquote>{answer.text}</blockquote>
      </>
    ) : (
      <p className="muted">{t('disputes.open')}</p>
    )}
  </li>
);

const Raise = ({ id }: { readonly id: string }) => {
  const client = useQueryClient();
  const field = useId();
  const [text, setText] = useState('');
  const raise = useMutation({
    mutationFn: () => api.dispute(id, text),
    onSuccess: () => {
      setText('');
      void client.invalidateQueries({ queryKey: submissionQuery(id).queryKey });
    },
  });
  return (
    <details>
      <summary>{t('disputes.raise')}</summary>
      <form
        className="narrow-form"
        onSubmit={(event) => {
          event.preventDefault();
          raise.mutate();
        }}
      >
        <div className="field">
          <label htmlFor={field}>{t('disputes.text')}</label>
          <textarea
            id={field}
            rows={4}
            required
            minLength={10}
            maxLength={2000}
            aria-describedby={`${field}-help`}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <p id={`${field}-help`} className="field-help">
            {t('disputes.help')}
          </p>
        </div>
        {raise.error && <ErrorNote error={raise.error} />}
        <button type="submit" className="button" disabled={raise.isPending}>
          {t('disputes.send')}
        </button>
      </form>
    </details>
  );
};

export const Disputes = ({ submission: { id, withdrawn } }: { readonly submission: Submission }) => {
  const { data, error, refetch } = useQuery(disputesOfQuery(id));
  const session = useQuery(sessionQuery);
  return (
    <Section title={t('disputes.title')} id="disputes">
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {data?.items.length === 0 && <EmptyNote title={t('disputes.none')} />}
      {data && data.items.length > 0 && (
        <ul className="disputes">
          {data.items.map((one) => (
            <One key={one.id} dispute={one} />
          ))}
        </ul>
      )}
      {session.data?.user && !withdrawn && <Raise id={id} />}
    </Section>
  );
};
