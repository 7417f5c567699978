/** A result that waits for a person: its submitter and organisers read why, and what was decided. */
import { useQuery } from '@tanstack/react-query';
import type { HeldRun, Submission } from '@topiary/contracts';
import { Link } from 'react-router';
import { ErrorNote, Note } from '../../components/notes.js';
import { heldOfQuery } from '../../lib/held-api.js';
import { sessionQuery } from '../../lib/queries.js';
import { mayChange } from './may-change.js';
import { t } from './words.js';

const TONES = { waiting: 'warn', refused: 'bad', released: 'good' } as const;

export const stateOf = ({ decision }: Pick<HeldRun, 'decision'>): keyof typeof TONES => decision ?? 'waiting';

/** What others may not see is not asked for. */
export const useHeld = (submission: Submission) => {
  const session = useQuery(sessionQuery);
  const user = session.data?.user ?? null;
  const { data, error, refetch } = useQuery({
    ...heldOfQuery(submission.id),
    enabled: mayChange(user, submission) && submission.runs.some(({ result }) => result),
  });
  return {
    held: data?.items ?? [],
    error,
    refetch,
    decides: user?.scopes.includes('organise') ?? false,
  };
};

interface Props {
  readonly found: ReturnType<typeof useHeld>;
  readonly run: string;
}

export const Held = ({ found: { held, error, refetch, decides }, run }: Props) => {
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  const one = held.find((item) => item.run === run);
  if (!one) return null;
  const state = stateOf(one);
  return (
    <Note tone={TONES[state]} title={t(`held.${state}`)}>
      <p>{t('held.reason', { reason: one.reason })}</p>
      {one.answer && <p>{t('held.answer', { answer: one.answer })}</p>}
      {state === 'waiting' && <p>{t('held.next')}</p>}
      {state === 'waiting' && decides && (
        <p>
          <Link to="/admin?view=work">{t('held.decide')}</Link>
        </p>
      )}
    </Note>
  );
};
