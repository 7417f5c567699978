/** Dashboard, alert rules and runbook: they speak of metrics that there are, and every alert says what to do. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboard } from '../../scripts/deploy/dashboard.mjs';
import { openMetrics } from '../../workers/evaluator/src/metrics.js';
import { METRICS_TOKEN, startApi, type TestApi } from '../helpers/api.js';

const root = resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const alerts: { alert: string; expr: string; annotations: { runbook: string } }[] = parse(
  read('ops/prometheus/alerts.yml'),
).groups.flatMap((group: { rules: unknown[] }) => group.rules);
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) console.log('skipped: promtool check rules (no promtool on this machine)');

let api: TestApi;
const known = new Set<string>();
beforeAll(async () => {
  api = await startApi();
  await api.app.inject({ url: '/healthz' });
  const { body } = await api.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const worker = await openMetrics(port);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await worker.close();
  for (const [, name, type] of `${body}\n${text}`.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    known.add(name!);
    if (type === 'histogram') for (const end of ['bucket', 'count', 'sum']) known.add(`${name}_${end}`);
  }
});
afterAll(() => api.close());

const namesIn = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:topiary|nodejs|process)_\w+/g)].map(([name]) => name);

it('every metric that an alert or a panel asks for is one that the API or a worker has', () => {
  const asked = [...alerts.map(({ expr }) => expr), ...dashboard().panels.flatMap((p) => p.targets.map((t) => t.expr))];
  const names = new Set(asked.flatMap(namesIn));
  expect(names.size).toBeGreaterThan(12);
  expect([...names].filter((name) => !known.has(name))).toEqual([]);
});

it('every metric of ours stands in an alert or a panel', () => {
  const asked = JSON.stringify([alerts, dashboard()]);
  const ours = [...known].filter((name) => name.startsWith('topiary_') && !/_(bucket|count|sum)$/.test(name));
  expect(ours.filter((name) => !asked.includes(name))).toEqual([]);
});

it('every alert has a section of the runbook that is called like it', () => {
  const headings = new Set([...read('docs/runbook.md').matchAll(/^## (.+)$/gm)].map(([, text]) => text));
  for (const { alert, annotations } of alerts) {
    expect([alert, headings.has(alert)]).toEqual([alert, true]);
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  }
});

it('the dashboard that lies here is the one that its script writes', () => {
  expect(JSON.parse(read('ops/grafana/topiary.json'))).toEqual(dashboard());
});

it.skipIf(!hasPromtool)('Prometheus itself accepts the rules', () => {
  const { status, stderr, stdout } = spawnSync(
    'promtool',
    ['check', 'rules', join(root, 'ops/prometheus/alerts.yml')],
    {
      encoding: 'utf8',
    },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`${alerts.length} rules found`));
});
