/** Cost and queue of what the form would send, in one sentence. */

import { useQuery } from '@tanstack/react-query';
import type { Board } from '@topiary/contracts';
import { formatDuration } from '../../lib/format.js';
import { statusQuery } from '../../lib/queries.js';
import { estimate } from './estimate.js';
import { t, tn } from './words.js';

/** Estimates are not known to the second. */
const about = (seconds: number): string =>
  formatDuration(seconds < 60 ? Math.ceil(seconds) : 10 * Math.ceil(seconds / 10));

export const EstimateLine = ({ board, runs, steps }: { board: Board; runs: number; steps: number | null }) => {
  const { data: status } = useQuery(statusQuery);
  const { runSeconds, totalSeconds, waitSeconds } = estimate(board, runs, steps, status);
  const queue = !status
    ? ''
    : status.workers.length === 0
      ? t('estimate.noWorker')
      : waitSeconds > 0
        ? t('estimate.wait', {
            ahead: tn('estimate.ahead', status.queue.waiting + status.queue.active),
            time: about(waitSeconds),
          })
        : t('estimate.free');
  return (
    <p className="estimate" aria-live="polite">
      <strong>{t('estimate.cost', { runs: tn('common.runs', runs), total: about(totalSeconds) })}</strong>{' '}
      {runs > 1 ? t('estimate.each', { time: about(runSeconds) }) : ''} {queue}
    </p>
  );
};
