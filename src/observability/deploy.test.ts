import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { hasPromtool } from '../../test/support/promtool.ts';
import { slices } from '../slices.ts';
import { createMetrics } from './metrics.ts';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string) => readFileSync(file(name), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { runbook: string };
}
interface Panel {
  title: string;
  targets?: { expr: string }[];
}

const { groups }: { groups: { rules: Rule[] }[] } = parse(read('deploy/alerts.yaml'));
const rules = groups.flatMap((group) => group.rules);
const { panels }: { panels: Panel[] } = JSON.parse(read('deploy/grafana-dashboard.json'));
const drawn = panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);
const served = new Set(
  (await createMetrics(['heartbeat']).registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
    String(type) === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  ),
);
const asked = (expr: string) => [...expr.matchAll(/watchbell_\w+/g)].map(([name]) => name);

test.each([
  ['alerts', rules.map(({ expr }) => expr)],
  ['panels', drawn],
])('%s → ask only for what is measured', (_, exprs) => {
  expect(exprs.length).toBeGreaterThan(10);
  expect(exprs.flatMap(asked).filter((name) => !served.has(name))).toEqual([]);
});

test('everything of our own that is measured → on the dashboard or in an alert, but for a few', () => {
  const shown = new Set([...drawn, ...rules.map(({ expr }) => expr)].flatMap(asked));
  const hidden = [...served].filter((name) => !shown.has(name) && !/_(sum|bucket|count)$/.test(name));
  expect(hidden.sort()).toEqual([
    'watchbell_acts_refused_total',
    'watchbell_deliveries_withdrawn_total',
    'watchbell_outbox_retrying',
    'watchbell_timetable_planned',
  ]);
});

test.each(rules)('$alert → a section says what it means and what to do', ({ alert, annotations }) => {
  const guide = read('docs/operations.md');
  expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
  const section = guide.split(`### ${alert}\n`)[1]?.split('\n### ')[0];
  expect(section).toMatch(/\*\*Means\*\*[\s\S]*\*\*Do\*\*/);
});

test('people who are not reached → one list of reasons, with which nobody is woken', () => {
  const reasonsOf = (name: string) =>
    rules
      .find(({ alert }) => alert === name)
      ?.expr.match(/reason[!=]~"([^"]*)"/)?.[1]
      ?.split('|') ?? [];
  const people = reasonsOf('WatchbellPeopleNotReached');
  expect(people.toSorted()).toEqual([
    'cannot_dm_bot',
    'messages_tab_disabled',
    'user_disabled',
    'user_not_found',
    'user_not_visible',
  ]);
  expect(reasonsOf('WatchbellDeliveriesFailed')).toEqual(people);
});

test('every kind of row → restoring an older backup says what becomes of it', () => {
  const restoring = read('docs/operations.md').split('## Back up and restore')[1]?.split('\n## ')[0] ?? '';
  const kinds = slices.flatMap(({ handlers = [] }) => handlers.map(({ kind }) => kind));
  const said = (kind: string) => new RegExp(`['\`]${kind}['\`]`).test(restoring);
  // Missed heartbeats collapse, and so does the pinned message, of which nobody hears.
  expect(kinds.filter((kind) => !said(kind)).toSorted()).toEqual(['headline.refresh', 'heartbeat']);
});

test('every alert → fires in a test of its own', () => {
  const tests = read('deploy/alerts.test.yaml');
  expect(rules.filter(({ alert }) => !tests.includes(`→ ${alert}\n`))).toEqual([]);
});

describe.skipIf(!hasPromtool)('Prometheus itself', () => {
  const promtool = (args: string[], input?: string) =>
    spawnSync('promtool', args, { encoding: 'utf8', input });

  test('accepts the alert rules, and finds that they fire when they should', () => {
    expect(promtool(['check', 'rules', file('deploy/alerts.yaml')])).toMatchObject({ status: 0 });
    expect(promtool(['test', 'rules', file('deploy/alerts.test.yaml')])).toMatchObject({ status: 0 });
  });

  test('accepts the scrape configuration, whose job is the one that the alerts ask for', () => {
    expect(promtool(['check', 'config', file('deploy/prometheus.yaml')])).toMatchObject({ status: 0 });
    const { scrape_configs: jobs } = parse(read('deploy/prometheus.yaml'));
    const asked = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
    expect(new Set(asked)).toEqual(new Set(jobs.map((job: { job_name: string }) => job.job_name)));
  });

  test('understands every panel', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'watchbell-panels-'));
    const recorded = drawn.map((expr, index) => ({ record: `panel:${index}`, expr }));
    writeFileSync(
      path.join(folder, 'panels.yaml'),
      stringify({ groups: [{ name: 'panels', rules: recorded }] }),
    );
    expect(promtool(['check', 'rules', path.join(folder, 'panels.yaml')])).toMatchObject({ status: 0 });
  });

  test('finds nothing to say about the names of what is measured', async () => {
    const text = await createMetrics(['heartbeat']).registry.metrics();
    expect(promtool(['check', 'metrics'], text)).toMatchObject({ status: 0, stderr: '' });
  });
});
