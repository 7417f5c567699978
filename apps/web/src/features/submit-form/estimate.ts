/** What a submission will cost and when it will start: guesses from the board's own figure, said as such. */
import type { Board, Status } from '@topiary/contracts';

export interface Estimate {
  readonly runSeconds: number;
  readonly totalSeconds: number;
  readonly waitSeconds: number;
}

/** A run never costs less than this part of the board's estimate: evaluation and timing stay, however short the training. */
const FIXED_PART = 0.25;

export const estimate = (
  board: Board,
  runs: number,
  steps: number | null,
  status: Pick<Status, 'queue' | 'workers'> | undefined,
): Estimate => {
  const trained = steps === null || board.finetune.steps === 0 ? 1 : steps / board.finetune.steps;
  const runSeconds = board.estimateSeconds * Math.max(FIXED_PART, trained);
  const workers = Math.max(1, status?.workers.length ?? 1);
  const ahead = (status?.queue.waiting ?? 0) + (status?.queue.active ?? 0);
  return {
    runSeconds,
    totalSeconds: (runSeconds * runs) / Math.min(workers, Math.max(runs, 1)),
    waitSeconds: (ahead * board.estimateSeconds) / workers,
  };
};
