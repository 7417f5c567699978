/** The runs of a submission, live: the API's record joined with the event stream. */

import { useQueryClient } from '@tanstack/react-query';
import type { RunEventRecord, Submission } from '@topiary/contracts';
import { useEffect, useReducer, useRef, useState } from 'react';
import { type Connection, followEvents } from '../../lib/events.js';
import { isOver, submissionQuery } from '../../lib/queries.js';
import { applyRecords, mergeRuns, type RunViews } from './reducer.js';

type Action =
  | { readonly type: 'records'; readonly records: readonly RunEventRecord[] }
  | { readonly type: 'runs'; readonly runs: Submission['runs'] };

const reduce = (views: RunViews, action: Action): RunViews =>
  action.type === 'records' ? applyRecords(views, action.records) : mergeRuns(views, action.runs);

export const useRunViews = (submission: Submission): { views: RunViews; connection: Connection } => {
  const { id, runs } = submission;
  const client = useQueryClient();
  const [views, dispatch] = useReducer(reduce, runs, (initial) => mergeRuns({}, initial));
  const [connection, setConnection] = useState<Connection>('connecting');
  const over = useRef(isOver(submission));
  over.current = isOver(submission);

  // A run that starts again has events again, after its stream may have ended.
  const attempts = runs.reduce((sum, { attempt }) => sum + attempt, 0);

  useEffect(() => dispatch({ type: 'runs', runs }), [runs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens the stream again
  useEffect(() => {
    const controller = new AbortController();
    void followEvents(`/api/v1/submissions/${encodeURIComponent(id)}/events`, {
      signal: controller.signal,
      onConnection: setConnection,
      expectMore: () => !over.current,
      onRecords: (records) => {
        dispatch({ type: 'records', records });
        // A changed state brings results, artefacts and neighbours with it.
        if (!over.current && records.some(({ event }) => event.type === 'state')) {
          void client.invalidateQueries({ queryKey: submissionQuery(id).queryKey });
          void client.invalidateQueries({ queryKey: ['leaderboard'] });
        }
      },
    });
    return () => controller.abort();
  }, [client, id, attempts]);
  return { views, connection };
};
