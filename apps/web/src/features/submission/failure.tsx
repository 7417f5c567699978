/** A failed run in plain words: what happened, whose fault it is, what to do. */
import type { Problem } from '@topiary/contracts';
import { Note } from '../../components/notes.js';
import { t } from './words.js';

type Blame = 'caller' | 'operator' | 'topiary';

/** The API's rule read backwards: 503 is the operator's to mend, other 5xx are ours, the rest the submission's. */
export const blameOf = ({ status }: Pick<Problem, 'status'>): Blame =>
  status === 503 ? 'operator' : status >= 500 ? 'topiary' : 'caller';

export const Failure = ({ problem }: { readonly problem: Problem }) => {
  const blame = blameOf(problem);
  return (
    <Note tone="bad" title={problem.title}>
      <p>{problem.detail}</p>
      <dl className="facts is-tight">
        {(['where', 'expected', 'got'] as const).map((name) =>
          problem[name] === undefined ? null : (
            <div key={name}>
              <dt>{t(`failure.${name}`)}</dt>
              <dd>{problem[name]}</dd>
            </div>
          ),
        )}
        <div>
          <dt>{t('failure.blame')}</dt>
          <dd>{t(`failure.blame.${blame}`)}</dd>
        </div>
        <div>
          <dt>{t('failure.cure')}</dt>
          <dd>{t(`failure.cure.${blame}`)}</dd>
        </div>
        <div>
          <dt>{t('failure.code')}</dt>
          <dd>
            <code>{problem.code}</code>
          </dd>
        </div>
      </dl>
    </Note>
  );
};
