-- What a list says of a submission lies in its row, so that a list reads no run: how many of its runs are in which
-- state, what came out so far, and when the last one ended. Written in the transactions that change the runs.

ALTER TABLE "submissions"
  ADD COLUMN "run_counts" JSONB NOT NULL DEFAULT '{"queued": 0, "running": 0, "done": 0, "failed": 0, "cancelled": 0}',
  ADD COLUMN "outcomes" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "finished_at" TIMESTAMPTZ(3);

CREATE FUNCTION "run_counts_of"("submission" TEXT) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'queued', count(*) FILTER (WHERE state = 'queued'), 'running', count(*) FILTER (WHERE state = 'running'),
    'done', count(*) FILTER (WHERE state = 'done'), 'failed', count(*) FILTER (WHERE state = 'failed'),
    'cancelled', count(*) FILTER (WHERE state = 'cancelled'))
  FROM runs WHERE submission_id = submission
$$;

-- Of each target the mean of each number over the runs that are done.
CREATE FUNCTION "outcomes_of"("submission" TEXT) RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH means AS (
    SELECT r.target_label AS target, min(r.position) AS place, metric->>'id' AS id, metric->>'phase' AS phase,
      min(at) AS at, avg((metric->>'value')::float8) AS value, count(*) AS runs
    FROM runs r, jsonb_array_elements(r.metrics) WITH ORDINALITY AS list(metric, at)
    WHERE r.submission_id = submission AND r.state = 'done'
    GROUP BY 1, 3, 4
  ), targets AS (
    SELECT min(place) AS place, jsonb_build_object('target', target, 'runs', max(runs), 'metrics',
      jsonb_agg(jsonb_build_object('id', id, 'phase', phase, 'value', value) ORDER BY at)) AS outcome
    FROM means GROUP BY target
  )
  SELECT coalesce(jsonb_agg(outcome ORDER BY place), '[]') FROM targets
$$;

-- These columns follow from runs: no leaderboard shows them.
DROP TRIGGER "submissions_updated_touch_board" ON "submissions";
CREATE TRIGGER "submissions_updated_touch_board" AFTER UPDATE ON "submissions"
  FOR EACH ROW WHEN (
    (to_jsonb(OLD) - ARRAY['state', 'run_counts', 'outcomes', 'finished_at'])
    IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['state', 'run_counts', 'outcomes', 'finished_at']))
  EXECUTE FUNCTION touch_board();

UPDATE "submissions" SET "run_counts" = run_counts_of(id), "outcomes" = outcomes_of(id),
  "finished_at" = (SELECT max(finished_at) FROM "runs" WHERE submission_id = submissions.id);
