/** Writes ops/grafana/topiary.json: `node scripts/deploy/dashboard.mjs`. A panel is a title, a unit and its queries. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCE = { type: 'prometheus', uid: '$source' };
const q = (expr, legendFormat = '') => ({ expr, legendFormat });

/** Rows of the page, the most urgent first. */
export const PANELS = [
  ['stat', 'Waiting runs', 'short', q('topiary_runs{state="queued"}')],
  ['stat', 'Longest wait', 's', q('topiary_queue_wait_seconds')],
  ['stat', 'Workers', 'short', q('topiary_workers', '{{state}}')],
  ['stat', 'Newest back-up', 's', q('topiary_backup_age_seconds')],
  ['timeseries', 'Runs', 'short', q('topiary_runs{state=~"queued|running"}', '{{state}}')],
  [
    'timeseries',
    'Attempts by outcome, an hour',
    'short',
    q('sum by (outcome) (increase(topiary_worker_attempts_total[1h]))', '{{outcome}}'),
  ],
  [
    'timeseries',
    'Seconds of a run by board, median',
    's',
    q(
      'histogram_quantile(0.5, sum by (board, le) (rate(topiary_run_seconds_bucket{outcome="done"}[6h])))',
      '{{board}}',
    ),
  ],
  ['timeseries', 'Busy workers', 'percentunit', q('avg(topiary_worker_busy)')],
  [
    'timeseries',
    'Answers a second by status',
    'reqps',
    q('sum by (status) (rate(topiary_http_seconds_count[5m]))', '{{status}}'),
  ],
  [
    'timeseries',
    'Seconds to answer',
    's',
    q('histogram_quantile(0.5, sum by (le) (rate(topiary_http_seconds_bucket{route!~".*/events"}[5m])))', 'p50'),
    q('histogram_quantile(0.95, sum by (le) (rate(topiary_http_seconds_bucket{route!~".*/events"}[5m])))', 'p95'),
  ],
  ['timeseries', 'Event loop of the API, p99', 's', q('nodejs_eventloop_lag_p99_seconds{job="topiary"}')],
  ['timeseries', 'Memory', 'bytes', q('process_resident_memory_bytes', '{{job}} {{instance}}')],
  [
    'timeseries',
    'Jobs on their way',
    'short',
    q('topiary_outbox_unsent', 'not sent'),
    q('topiary_queue_jobs', 'queue: {{state}}'),
  ],
  [
    'timeseries',
    'What went wrong, an hour',
    'short',
    q('sum by (outcome) (increase(topiary_lease_expiries_total[1h]))', 'lease: {{outcome}}'),
    q('sum by (task) (increase(topiary_background_failures_total[1h]))', '{{task}}'),
  ],
];

const WIDTH = { stat: 6, timeseries: 12 };
const HEIGHT = { stat: 4, timeseries: 8 };

const place = (kinds) => {
  let [x, y, tall] = [0, 0, 0];
  return kinds.map((kind) => {
    if (x + WIDTH[kind] > 24) [x, y, tall] = [0, y + tall, 0];
    const at = { x, y, w: WIDTH[kind], h: HEIGHT[kind] };
    [x, tall] = [x + WIDTH[kind], Math.max(tall, HEIGHT[kind])];
    return at;
  });
};

export const dashboard = () => {
  const places = place(PANELS.map(([kind]) => kind));
  return {
    title: 'Topiary',
    uid: 'topiary',
    schemaVersion: 39,
    version: 1,
    time: { from: 'now-24h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels: PANELS.map(([type, title, unit, ...queries], index) => ({
      id: index + 1,
      type,
      title,
      datasource: SOURCE,
      gridPos: places[index],
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: queries.map((query, i) => ({ ...query, refId: String.fromCharCode(65 + i), datasource: SOURCE })),
    })),
  };
};

if (process.argv[1] === import.meta.filename) {
  const path = join(resolve(import.meta.dirname, '../..'), 'ops/grafana/topiary.json');
  writeFileSync(path, `${JSON.stringify(dashboard(), null, 2)}\n`);
}
