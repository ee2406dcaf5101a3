import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import type { Entry } from '../record/index.ts';
import type { Inline } from '../slack/inline.ts';
import { escapeMarkdown } from '../templates/markdown.ts';
import { sayMinutes } from '../templates/values.ts';
import { STATE_NAMES } from '../upgrade/lifecycle.ts';
import { titleOf } from '../upgrade/offers.ts';
import { formatPlan } from '../upgrade/plan/format.ts';
import type { AcceptanceResult, Issue, Upgrade } from '../upgrade/store.ts';
import { groupEntries } from './group-entries.ts';
import type { Names } from './names.ts';
import { sayEntry } from './say-entry.ts';

/** Everything that is known about one upgrade. */
export interface Known {
  upgrade: Upgrade;
  entries: Entry[];
  issues: Issue[];
  acceptance: AcceptanceResult[];
  /** How well messages kept their times, in words; null while none was sent. */
  punctuality: string | null;
  names: Names;
}

/** The upgrade record as Markdown, people by name, times in the zone of the window. What people typed stays text. */
export function recordAsMarkdown(known: Known): string {
  const { upgrade } = known;
  const sections = [
    `# ${escapeMarkdown(titleOf(upgrade))}: upgrade record`,
    `Times are in ${upgrade.plan.window.timezone}.`,
    ...section('Facts', table(['', ''], factRows(upgrade))),
    ...section('People', list(peopleLines(known))),
    ...section('What changed', quoted(upgrade.whatChanged)),
    ...section('Known issues', quoted(upgrade.knownIssues)),
    ...section('Acceptance checks', table(['', 'Check', 'Core', 'Result', 'By'], acceptanceRows(known))),
    ...section('Issues', table(['', 'Issue', 'Opened', 'Resolved'], issueRows(known))),
    ...section('Approvals and decisions', list(linesOf(known, isDecision))),
    ...section('Punctuality', known.punctuality ?? ''),
    ...section('Messages', table(['Message', 'Planned for', 'To', 'Late'], messageRows(known))),
    ...section('Feedback', list(linesOf(known, ({ fact }) => fact.startsWith('survey.')))),
    ...section('Timeline', list(linesOf(known, () => true))),
    ...section('Plan', planBlock(known)),
  ];
  return `${sections.join('\n\n')}\n`;
}

const section = (title: string, body: string): string[] => (body ? [`## ${title}`, body] : []);
const list = (lines: string[]): string => lines.map((line) => `- ${line}`).join('\n');
const quoted = (text: string | null): string =>
  text
    ? text
        .split('\n')
        .map((line) => `> ${escapeMarkdown(line)}`)
        .join('\n')
    : '';

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function factRows({ plan, state, startsAt, endsAt, startedAt, endedAt }: Upgrade): string[][] {
  const { timezone } = plan.window;
  const minutes = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 60_000;
  const actual = startedAt && endedAt ? minutes(startedAt, endedAt) : undefined;
  const rows: [string, string][] = [
    ['State', STATE_NAMES[state]],
    ['System', plan.system],
    ['Versions', `${plan.versions.from} → ${plan.versions.to} (${plan.scope})`],
    ['Reason', `${plan.reason.kind}: ${plan.reason.statement}`],
    [
      'Planned',
      `${clock(startsAt, timezone)} – ${clock(endsAt, timezone)}, ${sayMinutes(minutes(startsAt, endsAt))}`,
    ],
    ['Actual start', startedAt ? clock(startedAt, timezone) : ''],
    ['Actual end', endedAt ? clock(endedAt, timezone) : ''],
    ['Actual length', actual === undefined ? '' : sayMinutes(actual)],
    ['Backup', plan.dataProtection?.backup ?? ''],
    ['Configuration', plan.dataProtection?.configuration ?? ''],
    ['Handed over', plan.operations?.handover.join('; ') ?? ''],
  ];
  return rows.filter(([, value]) => value).map(([name, value]) => [name, escapeMarkdown(value)]);
}

function peopleLines({ upgrade: { plan, createdBy }, names }: Known): string[] {
  const { people } = plan;
  const lines: [string, string[]][] = [
    ['Lead', [people.lead]],
    ['Sponsor', [people.sponsor]],
    ['Deputy sponsor', [people.deputy]],
    ['Communicator', [people.communicator]],
    ['Crisis speaker', people.crisisSpeaker ? [people.crisisSpeaker] : []],
    ['Operations', people.operations],
    ['Consulted', people.consulted],
    ['Planned by', [createdBy]],
  ];
  return lines
    .filter(([, ids]) => ids.length > 0)
    .map(([role, ids]) => `${role}: ${ids.map((id) => escapeMarkdown(names(id))).join(', ')}`);
}

function acceptanceRows({ upgrade, acceptance, names }: Known): string[][] {
  return upgrade.plan.acceptance.map(({ check, core }, index) => {
    const result = acceptance.find(({ number }) => number === index + 1);
    const verdict = result ? (result.passed ? 'passed' : 'not passed') : 'not checked';
    const by = result ? escapeMarkdown(names(result.by)) : '';
    return [String(index + 1), escapeMarkdown(check), core ? 'yes' : '', verdict, by];
  });
}

function issueRows({ upgrade, issues, names }: Known): string[][] {
  const zone = upgrade.plan.window.timezone;
  const act = (by: string | null, at: Date | null) =>
    by && at ? `${clock(at, zone)} ${escapeMarkdown(names(by))}` : 'open';
  return issues.map(({ number, text, openedBy, openedAt, resolvedBy, resolvedAt }) => [
    `#${number}`,
    escapeMarkdown(text),
    act(openedBy, openedAt),
    act(resolvedBy, resolvedAt),
  ]);
}

const DECISIONS = [
  'upgrade.scheduled',
  'upgrade.rescheduled',
  'upgrade.cancelled',
  'upgrade.completed',
  'upgrade.closed',
];
const isDecision = ({ fact }: Pick<Entry, 'fact'>): boolean =>
  DECISIONS.includes(fact) || fact.startsWith('rollback.');

function linesOf({ upgrade, entries, names }: Known, wanted: (entry: Entry) => boolean): string[] {
  const zone = upgrade.plan.window.timezone;
  return groupEntries(entries.filter(wanted)).map((line) => {
    const said = sayEntry(line, zone).map((part) => toMarkdown(part, names, zone));
    return `${clock(line.at, zone)} ${said.join('')}`;
  });
}

function messageRows({ upgrade, entries, names }: Known): string[][] {
  const zone = upgrade.plan.window.timezone;
  return entries.flatMap((entry) => {
    if (entry.fact !== 'message.sent') return [];
    const { kind, plannedFor, target, lateSeconds } = entry.data;
    const late = lateSeconds === 0 ? 'on time' : `${lateSeconds} s`;
    return [[kind, clock(new Date(plannedFor), zone), escapeMarkdown(names(target)), late]];
  });
}

/** The plan as its file, with names in place of Slack's ids. */
function planBlock({ upgrade, names }: Known): string {
  const yaml = formatPlan(upgrade.plan).replaceAll(/\b[UWCGS][A-Z0-9]{3,}\b/g, (id) => {
    const name = names(id);
    return name === id ? id : JSON.stringify(name);
  });
  const fence = '`'.repeat(Math.max(3, ...(yaml.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `${fence}yaml\n${yaml.trimEnd()}\n${fence}`;
}

function toMarkdown(part: Inline, names: Names, zone: string): string {
  switch (part.type) {
    case 'text':
      return escapeMarkdown(part.text);
    case 'user':
    case 'channel':
    case 'group':
      return escapeMarkdown(names(part.id));
    case 'date':
      return clock(part.at, zone);
  }
}

const clock = (at: Date, zone: string): string => format(new TZDate(at.getTime(), zone), 'yyyy-MM-dd HH:mm');
