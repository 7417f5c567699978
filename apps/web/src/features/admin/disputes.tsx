/** Disputes that nobody has answered yet; the answer is public, as the dispute is. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Dispute } from '@topiary/contracts';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { Ago } from '../../components/figures.js';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { adminApi, disputesQuery } from '../../lib/admin-api.js';
import { t } from './words.js';

const OUTCOMES = ['upheld', 'rejected'] as const;

const Open = ({ dispute }: { readonly dispute: Dispute }) => {
  const client = useQueryClient();
  const field = useId();
  const [text, setText] = useState('');
  const answer = useMutation({
    mutationFn: (outcome: (typeof OUTCOMES)[number]) => adminApi.answer(dispute.id, { outcome, text }),
    onSuccess: () => client.invalidateQueries({ queryKey: disputesQuery.queryKey }),
  });
  return (
    <li>
      <p>
        {t('dispute.said', { name: dispute.raisedBy.name })}{' '}
        <Link to={`/submissions/${dispute.submission}`}>{t('dispute.about')}</Link> (<Ago iso={dispute.at} />
        ):
      </p>
      <blockquote>{dispute.text}</blockquote>
      <div className="field">
        <label htmlFor={field}>{t('dispute.answer')}</label>
        <textarea id={field} rows={3} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />
      </div>
      {answer.error && <ErrorNote error={answer.error} />}
      <p className="choices">
        {OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            className="button is-quiet is-small"
            disabled={answer.isPending || text.trim().length < 10}
            onClick={() => answer.mutate(outcome)}
          >
            {t(`dispute.${outcome}`)}
          </button>
        ))}
      </p>
    </li>
  );
};

export const Disputes = () => {
  const { data, error, refetch } = useQuery(disputesQuery);
  return (
    <Section title={t('work.disputes')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {data?.items.length === 0 && <EmptyNote title={t('work.disputes.none')} />}
      {data && data.items.length > 0 && (
        <ul className="disputes">
          {data.items.map((one) => (
            <Open key={one.id} dispute={one} />
          ))}
        </ul>
      )}
    </Section>
  );
};
