/** Results that wait for a person: why, whose they are, and the two ways to end it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DecideHeld, HeldRun } from '@topiary/contracts';
import { useId, useRef, useState } from 'react';
import { Link } from 'react-router';
import { Ago } from '../../components/figures.js';
import { PersonLink } from '../../components/marks.js';
import { EmptyNote, ErrorNote } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Skeleton } from '../../components/skeleton.js';
import { decideHeld, heldQuery } from '../../lib/held-api.js';
import { boardsQuery } from '../../lib/queries.js';
import { boardTitle } from '../../lib/tracks.js';
import { t } from './words.js';

const DECISIONS = ['released', 'refused'] as const;
/** As the API asks. */
const SHORTEST = 10;

interface WaitingProps {
  readonly held: HeldRun;
  readonly onDecided: (decided: HeldRun) => void;
}

const Waiting = ({ held, onDecided }: WaitingProps) => {
  const { run, submission, board, label, submitter, target, seed, reason, since } = held;
  const client = useQueryClient();
  const boards = useQuery(boardsQuery);
  const field = useId();
  const [text, setText] = useState('');
  const decide = useMutation({
    mutationFn: (decision: DecideHeld['decision']) => decideHeld(run, { decision, text }),
    onSuccess: async (decided) => {
      onDecided(decided);
      await Promise.all(
        [['admin'], ['submissions', submission], ['leaderboard', board]].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  return (
    <li>
      <p>
        <Link to={`/submissions/${submission}?run=${run}`}>{label}</Link>
        {[target, t('held.seed', { seed })].map((part) => part && ` · ${part}`)}
        <span className="muted second-line">
          <Link to={`/boards/${board}`}>{boardTitle(boards.data?.items, board)}</Link>
          {' · '}
          {submitter ? <PersonLink person={submitter} /> : t('work.server')}
          {since && ' · '}
          {since && <Ago iso={since} />}
        </span>
      </p>
      <blockquote>{reason}</blockquote>
      <div className="field">
        <label htmlFor={field}>{t('held.answer')}</label>
        <textarea
          id={field}
          rows={3}
          maxLength={2000}
          aria-describedby={`${field}-help`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <p id={`${field}-help`} className="field-help">
          {t('held.answer.help', { n: SHORTEST })}
        </p>
      </div>
      {decide.error && <ErrorNote error={decide.error} />}
      <p className="choices">
        {DECISIONS.map((decision) => (
          <button
            key={decision}
            type="button"
            className="button is-quiet is-small"
            aria-label={t(`held.${decision}.named`, { label })}
            disabled={decide.isPending || text.trim().length < SHORTEST}
            onClick={() => decide.mutate(decision)}
          >
            {t(`held.${decision}`)}
          </button>
        ))}
      </p>
    </li>
  );
};

export const Held = () => {
  const { data, error, refetch } = useQuery(heldQuery);
  const [decided, setDecided] = useState<HeldRun | null>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const waiting = data?.items.filter(({ decision }) => decision === null);
  // The button that had the focus leaves with its result: whoever uses a keyboard goes on from the answer.
  const onDecided = (one: HeldRun) => {
    setDecided(one);
    said.current?.focus();
  };
  return (
    <Section title={t('held.title')}>
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton rows={3} />}
      <p ref={said} role="status" tabIndex={-1}>
        {decided?.decision && t(`held.${decided.decision}.done`, { label: decided.label })}
      </p>
      {waiting?.length === 0 && <EmptyNote title={t('held.none')} />}
      {waiting && waiting.length > 0 && (
        <ul className="disputes">
          {waiting.map((one) => (
            <Waiting key={one.run} held={one} onDecided={onDecided} />
          ))}
        </ul>
      )}
    </Section>
  );
};
