import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formKeyOf, planFromForm } from './form.ts';
import { formatPlan } from './format.ts';
import { parsePlan } from './parse.ts';

const NOW = new Date('2026-11-01T00:00:00Z');

const EXAMPLE = `upgrade: CRM 8 to CRM 9
system: crm
versions: { from: 8.4.2, to: 9.0.1 }
scope: major
reason: { kind: end-of-support, statement: CRM 8 gets no security fixes after 31 January }
window: { start: 2026-12-05T22:00, timezone: Europe/Berlin,
          phases: { preparation: 15m, backup: 30m, execution: 90m, verification: 30m, repair: 30m, decision: 15m, rollback: 60m, communication: 15m } }
people: { lead: dana@harbour.example, sponsor: priya@harbour.example, deputy: sam@harbour.example, communicator: uma@harbour.example, crisis-speaker: "@carl", consulted: [ U0HUGO ] }
channels: { room: "#crm-upgrade", announce: ["#all-staff"], support: "#crm-help" }
audience: { channels: ["#sales"], groups: ["@field-sales"], users: [ emma@harbour.example ] }
impact: { downtime: 2h, changes: [ One search ], limits: No access, avoid: Data entry, contact: Hugo }
communication: { notices: [7d, 1d, 1h, 15m], heartbeat: 30m, survey: 7d }
rollback: { on-silence: roll-back, answer-within: 10m, extension: 15m, steps: [ Restore ], data-loss: None, after-migration: possible }
acceptance: [ { check: Sales can log in, core: true }, { check: Reports } ]
`;

const changed = (from: string | RegExp, to: string) => {
  const text = EXAMPLE.replace(from, to);
  expect(text).not.toBe(EXAMPLE);
  return text;
};
const problemsOf = (text: string) => parsePlan(text, { now: NOW }).problems ?? [];
const planOf = (text: string) => {
  const parsed = parsePlan(text, { now: NOW });
  expect(parsed.problems).toBeUndefined();
  return parsed.plan ?? expect.unreachable();
};

describe('a plan in YAML', () => {
  test('is read with its durations in minutes', () => {
    const plan = planOf(EXAMPLE);
    expect(plan.window.phases.execution).toBe(90);
    expect(plan.communication).toEqual({ notices: [10080, 1440, 60, 15], heartbeat: 30, survey: 10080 });
    expect(plan.people.crisisSpeaker).toBe('@carl');
    expect(plan.acceptance).toEqual([
      { check: 'Sales can log in', core: true },
      { check: 'Reports', core: false },
    ]);
  });

  test('takes the defaults for what it leaves out', () => {
    const plan = planOf(
      changed(/communication: \{ notices.*\n/, '').replace(', answer-within: 10m, extension: 15m', ''),
    );
    expect(plan.communication).toEqual({ notices: [10080, 1440, 60, 15], heartbeat: 30, survey: 10080 });
    expect(plan.rollback).toMatchObject({ answerWithin: 10, extension: 15 });
  });

  test.each([
    ['8.4.2', '9.10', '9.10'],
    ['8.4.2', '1e3', '1e3'],
    ['8.4.2', '0x10', '0x10'],
    ['8.4.2', 'yes', 'yes'],
    ['8.4.2', '2026-12-05', '2026-12-05'],
  ])('keeps a version as it was typed: %s → %s', (from, to, version) => {
    expect(planOf(changed(from, to)).versions.from).toBe(version);
  });

  test('keeps emoji and right-to-left text', () => {
    expect(planOf(changed('CRM 8 to CRM 9', '🚀 שדרוג <!channel>')).upgrade).toBe('🚀 שדרוג <!channel>');
  });

  test('may carry a byte-order mark and Windows line ends', () => {
    expect(planOf(`\uFEFF${EXAMPLE.replaceAll('\n', '\r\n')}`)).toEqual(planOf(EXAMPLE));
  });

  test('warns where it is laxer than usual', () => {
    const lax = changed('heartbeat: 30m, survey: 7d', 'heartbeat: 1h, survey: off').replace(
      '[7d, 1d,',
      '[1d,',
    );
    const paths = parsePlan(lax, { now: NOW }).warnings?.map((warning) => [warning.path, warning.line]);
    expect(paths).toEqual([
      ['communication.heartbeat', 12],
      ['communication.notices', 12],
      ['communication.survey', 12],
      ['rollback.rehearsed', 13],
    ]);
  });

  test.each([
    ['repair as long as both have to answer', 'repair: 20m', false],
    ['a minute less', 'repair: 19m', true],
    ['a minute less, but a window longer than its phases', 'repair: 19m', false, 'length: 5h, phases:'],
  ])('%s → warns of a decision after the point of no return', (_, repair, warned, phases = 'phases:') => {
    const text = changed('repair: 30m', repair).replace('phases:', phases);
    const paths = parsePlan(text, { now: NOW }).warnings?.map(({ path, message }) => [path, message]) ?? [];
    const found = paths.filter(([, message]) => message?.includes('twice rollback.answer-within'));
    expect(found.map(([path]) => path)).toEqual(warned ? ['window.phases.repair'] : []);
  });

  test('warns where the reason is only that a new version exists', () => {
    const idle = EXAMPLE.replace(/statement: .*?(?=[,}\n])/, 'statement: A new version is available');
    expect(parsePlan(idle, { now: NOW }).warnings).toContainEqual(
      expect.objectContaining({ path: 'reason.statement', message: expect.stringContaining('no reason') }),
    );
  });

  test.each(['crm-migration', 'ci-pipeline-upgrade', 'postgresql-major-version'])(
    'is the same after it was written out again: %s',
    (name) => {
      const file = new URL(`../../../templates/plans/${name}.yaml`, import.meta.url);
      const plan = planOf(readFileSync(file, 'utf8'));
      expect(planOf(formatPlan(plan))).toEqual(plan);
    },
  );

  test('is the same after it was written out again, whatever its texts', () => {
    const written = fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' });
    const readable = written.filter(
      (text) => !/\p{Cc}|\uFFFD/u.test(text) && text.trim() !== '' && text.length <= 80,
    );
    fc.assert(
      fc.property(
        readable,
        fc.constantFrom('null', '~', 'true', '9.10', '- x', '#a', 'a: b'),
        (name, system) => {
          const plan = { ...planOf(EXAMPLE), upgrade: name.trim(), system };
          expect(planOf(formatPlan(plan))).toEqual(plan);
        },
      ),
    );
  });
});

describe('a problem of a plan', () => {
  test.each([
    ['an unknown key', 'heartbeat: 30m', 'hearbeat: 30m', 'Did you mean heartbeat?'],
    ['an unknown choice', 'scope: major', 'scope: mayor', 'Did you mean major?'],
    ['a missing deputy', 'deputy: sam@harbour.example, ', '', 'people.deputy is missing'],
    ['an empty deputy', 'deputy: sam@harbour.example', 'deputy: ', 'people.deputy is missing'],
    ['a missing choice', 'on-silence: roll-back, ', '', 'choose roll-back or keep-going'],
    ['sponsor = lead', 'sponsor: priya', 'sponsor: Dana', 'The sponsor is also the lead'],
    ['deputy = sponsor', 'deputy: sam', 'deputy: priya', 'The deputy is also the sponsor'],
    ['deputy = lead', 'deputy: sam', 'deputy: dana', 'The deputy is also the lead'],
    ['a wrong duration', 'downtime: 2h', 'downtime: two hours', 'is no duration'],
    ['a heartbeat too rare', 'heartbeat: 30m', 'heartbeat: 3h', 'at most 2h'],
    ['a heartbeat too often', 'heartbeat: 30m', 'heartbeat: 4m', 'at least 5m'],
    ['a text of 10,000 characters', 'Restore', 'x'.repeat(10_000), '10000 characters, at most 300'],
    ['a text where a list belongs', '["#sales"]', '"#sales"', 'must be a list'],
    ['a list where a text belongs', '"#crm-upgrade"', '["#crm-upgrade"]', 'must be a single text'],
    ['an unknown zone', 'Europe/Berlin', 'Europe/Berln', 'Did you mean Europe/Berlin?'],
    ['a city for a zone', 'Europe/Berlin', 'Berlin', 'Did you mean Europe/Berlin?'],
    ['a start in the past', '2026-12-05T22:00', '2026-10-05T22:00', 'has already passed'],
    ['a date that does not exist', '2026-12-05T22:00', '2026-02-30T22:00', 'is no date and time'],
    ['a date without a time', '2026-12-05T22:00', '2026-12-05', 'Write it like 2026-12-05T22:00'],
    [
      'a start in the hour that is left out',
      '2026-12-05T22:00',
      '2027-03-28T02:30',
      '2027-03-28T01:30+01:00 or 2027-03-28T03:30+02:00',
    ],
    [
      'a start in the hour that comes twice',
      '2026-12-05T22:00',
      '2027-10-31T02:30',
      '2027-10-31T02:30+02:00 or 2027-10-31T02:30+01:00',
    ],
    ['an offset of another season', '2026-12-05T22:00', '2026-12-05T22:00+02:00', '2026-12-05T22:00+01:00'],
    ['an end before the start', 'Berlin,', 'Berlin, end: 2026-12-05T21:00,', 'ends before it starts'],
    [
      'a window too short for its rollback',
      'Berlin,',
      'Berlin, length: 3h,',
      'Its own rollback would not fit',
    ],
    ['an end too early', 'Berlin,', 'Berlin, end: 2026-12-06T02:30,', 'lasts 4h30m, its phases need 4h45m'],
    ['an end and a length', 'Berlin,', 'Berlin, length: 6h, end: 2026-12-06T04:00,', 'not both'],
    ['a prototype as a key', 'system: crm', 'system: crm\n__proto__: { a: b }', 'no key "__proto__"'],
  ])('%s is said with its place', (_name, from, to, message) => {
    const problems = problemsOf(changed(from, to));
    const problem = problems.find((found) => found.message.includes(message));
    expect(problem, JSON.stringify(problems)).toBeDefined();
    expect(problem?.line).toBeGreaterThan(0);
    expect(problem?.column).toBeGreaterThan(0);
  });

  test('points at the line and column of what is wrong', () => {
    expect(problemsOf(changed('scope: major', 'scope: mayor'))).toEqual([
      expect.objectContaining({ path: 'scope', line: 4, column: 1 }),
    ]);
    expect(problemsOf(changed('core: true', 'core: maybe'))).toEqual([
      expect.objectContaining({ path: 'acceptance.0.core', line: 14, column: 42 }),
    ]);
  });

  test('does not hide the others, not even those of people and window', () => {
    const text = changed('scope: major', 'scope: mayor')
      .replace('Europe/Berlin', 'Europe/Berln')
      .replace('deputy: sam', 'deputy: dana')
      .replace('downtime: 2h', 'downtime: soon');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'scope',
      'window.timezone',
      'people.deputy',
      'impact.downtime',
    ]);
  });

  test('an offset settles the hour that comes twice', () => {
    expect(problemsOf(changed('2026-12-05T22:00', '2027-10-31T02:30+01:00'))).toEqual([]);
  });
});

describe('hostile or broken YAML is refused in words', () => {
  const bomb = `a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\n`;
  test.each([
    ['nothing', ' \n', 'is empty'],
    ['a lone text', 'hello', 'This is no plan'],
    ['a list', '- a\n- b', 'This is no plan'],
    ['256 KiB and more', `a: ${'x'.repeat(256 * 1024)}`, 'too large'],
    ['brackets without end', '['.repeat(200_000), 'nested too deeply'],
    ['dashes without end', '- '.repeat(100_000), 'nested too deeply'],
    ['aliases', bomb, 'Aliases'],
    ['a tag', 'upgrade: !!js/function "function () {}"', 'Tags (!name) are not used'],
    ['a local tag', 'upgrade: !secret x', 'Tags (!name) are not used'],
    ['a tab', 'window:\n\tstart: x', 'A tab is used'],
    ['a key twice', 'system: a\nsystem: b', 'written twice'],
    ['two documents', 'system: a\n---\nsystem: b', 'A file holds one plan'],
    ['an open quote', 'system: "a', 'closing quote'],
    ['an open bracket', 'system: [a', 'a bracket above is not closed'],
    ['a colon in a text', 'upgrade: CRM: the big one', 'quotes'],
    ['a list as a key', '? [a]\n: b', 'A key must be a plain word'],
    ['wrong indentation', 'window:\n    start: x\n  timezone: y', 'indentation'],
    ['bytes of another encoding', 'upgrade: caf\uFFFD', 'UTF-8'],
  ])('%s', (_name, text, message) => {
    expect(
      problemsOf(text)
        .map((problem) => problem.message)
        .join('\n'),
    ).toContain(message);
  });

  test('thousands of unknown keys give a list that can be read, without delay', () => {
    const keys = Array.from({ length: 15_000 }, (_, index) => `key${index}: 1`).join('\n');
    const problems = problemsOf(keys);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)?.message).toMatch(/^There are \d+ more problems/);
  }, 4_000);

  test('any text gives problems or a plan, never an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => Array.isArray(problemsOf(text))),
    );
    const mangled = fc.tuple(fc.nat(EXAMPLE.length), fc.nat(20), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(mangled, ([at, cut, put]) =>
        Array.isArray(problemsOf(EXAMPLE.slice(0, at) + put + EXAMPLE.slice(at + cut))),
      ),
    );
  });
});

describe('a plan from a form', () => {
  const FORM = {
    upgrade: 'CRM 8 to CRM 9',
    system: 'crm',
    'versions.from': '8.4.2',
    'versions.to': '9.0.1',
    scope: 'major',
    'reason.kind': 'end-of-support',
    'reason.statement': 'CRM 8 gets no security fixes after 31 January',
    'window.start': '2026-12-05T22:00',
    'window.timezone': 'Europe/Berlin',
    ...Object.fromEntries(
      Object.entries(planOf(EXAMPLE).window.phases).map(([name, minutes]) => [
        `window.phases.${name}`,
        `${minutes}m`,
      ]),
    ),
    'people.lead': 'dana@harbour.example',
    'people.sponsor': 'priya@harbour.example',
    'people.deputy': 'sam@harbour.example',
    'people.communicator': 'uma@harbour.example',
    'people.crisis-speaker': '@carl',
    'people.consulted': ['U0HUGO'],
    'channels.room': '#crm-upgrade',
    'channels.announce': '#all-staff',
    'channels.support': '#crm-help',
    'audience.channels': ['#sales'],
    'audience.groups': '@field-sales',
    'audience.users': 'emma@harbour.example',
    'impact.downtime': '2h',
    'impact.changes': 'One search',
    'impact.limits': 'No access',
    'impact.avoid': 'Data entry',
    'impact.contact': 'Hugo',
    'communication.notices': '7d, 1d, 1h, 15m',
    'rollback.on-silence': 'roll-back',
    'rollback.steps': 'Restore\n',
    'rollback.data-loss': 'None',
    acceptance: 'core: Sales can log in\nReports',
  };

  test('is the plan of the same YAML', () => {
    expect(planFromForm(FORM, { now: NOW }).plan).toEqual(planOf(EXAMPLE));
  });

  test('has the same problems, each under its input', () => {
    const wrong = {
      ...FORM,
      'people.deputy': ' ',
      'communication.notices': '7d, soon',
      'window.timezone': 'Berlin',
    };
    const problems = planFromForm(wrong, { now: NOW }).problems ?? [];
    expect(problems.map((problem) => formKeyOf(problem.path ?? '', Object.keys(wrong)))).toEqual([
      'people.deputy',
      'communication.notices',
      'window.timezone',
    ]);
  });
});
