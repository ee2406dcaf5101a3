import { parse } from 'yaml';
import type { SandboxState } from '../../../src/sandbox/index.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** A plan as the oracle reads it: Slack ids, durations and instants in milliseconds. */
export interface Plan {
  start: number;
  length: number;
  /** From the start of the window to the point of no return. */
  noReturn: number;
  /** From the start of the window to the planned end of the work itself. */
  workEnd: number;
  lead: string;
  sponsor: string;
  deputy: string;
  communicator: string;
  operations: string[];
  /** Everybody with a role, each once. */
  roles: string[];
  room: string;
  /** In which everybody is told. */
  channels: string[];
  /** Who is told directly. */
  people: string[];
  /** Who is asked a week later. */
  surveyed: string[];
  /** By their name in the plan. */
  notices: { name: string; before: number }[];
  heartbeat: number;
  survey: number | undefined;
  answerWithin: number;
  extension: number;
  onSilence: 'roll_back' | 'keep_going';
}

interface Written {
  window: { start: string; phases: Record<string, string> };
  people: {
    lead: string;
    sponsor: string;
    deputy: string;
    communicator: string;
    operations: string[];
    consulted?: string[];
  };
  channels: { room: string; announce: string[] };
  audience: { channels: string[]; groups: string[]; users: string[] };
  communication: { notices: string[]; heartbeat: string; survey: string };
  rollback: { 'on-silence': string; 'answer-within': string; extension: string };
}

/** Reads a plan of the harness; its zone is UTC. */
export function readPlan(yaml: string, slack: SandboxState): Plan {
  const { window, people, channels, audience, communication, rollback } = parse(yaml, {
    schema: 'failsafe',
  }) as Written;
  const user = (mail: string) => found(slack.users.find(({ email }) => email === mail)?.id, mail);
  const channel = (name: string) => found(slack.channel(name)?.id, name);
  const named = new Set([
    ...audience.users.map(user),
    ...audience.groups.flatMap(
      (name) => slack.groups.find(({ handle }) => `@${handle}` === name)?.users ?? [],
    ),
  ]);
  const members = audience.channels.flatMap((name) => slack.channel(name)?.members ?? []);
  const reachable = (id: string) => {
    const person = slack.user(id);
    return person !== undefined && !person.is_bot && !person.deleted && person.team_id === slack.team.id;
  };
  const { lead, sponsor, deputy, communicator, operations, consulted = [] } = people;
  const phase = (name: string) => milliseconds(found(window.phases[name], name));
  const length = Object.keys(window.phases).reduce((sum, name) => sum + phase(name), 0);
  const backOut = phase('rollback') + phase('verification') + phase('communication') + phase('decision');
  return {
    start: Date.parse(`${window.start}Z`),
    length,
    noReturn: length - backOut,
    workEnd: phase('preparation') + phase('backup') + phase('execution'),
    lead: user(people.lead),
    sponsor: user(people.sponsor),
    deputy: user(people.deputy),
    communicator: user(people.communicator),
    operations: people.operations.map(user),
    roles: [...new Set([lead, sponsor, deputy, communicator, ...operations, ...consulted].map(user))],
    room: channel(channels.room),
    channels: [...new Set([...channels.announce, ...audience.channels].map(channel))],
    people: [...named].filter(reachable),
    surveyed: [...new Set([...named, ...members])].filter(reachable),
    notices: communication.notices.map((name) => ({ name, before: milliseconds(name) })),
    heartbeat: milliseconds(communication.heartbeat),
    survey: communication.survey === 'off' ? undefined : milliseconds(communication.survey) / DAY,
    answerWithin: milliseconds(rollback['answer-within']),
    extension: milliseconds(rollback.extension),
    onSilence: rollback['on-silence'] === 'roll-back' ? 'roll_back' : 'keep_going',
  };
}

function milliseconds(text: string): number {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const units: Record<string, number> = { m: MINUTE, h: 60 * MINUTE, d: DAY };
  return Number(found(amount, text)) * found(units[found(unit, text)], text);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the oracle does not understand “${what}” in a plan`);
  return value;
}

/** 10:00 of a working day there, so many days after the day of `at` there. */
export function workingMorning(at: number, days: number, zone: string): number {
  const [year = 0, month = 1, day = 1] = localDate(at, zone);
  const date = new Date(Date.UTC(year, month - 1, day + days));
  const weekday = date.getUTCDay();
  const add = weekday === 6 ? 2 : weekday === 0 ? 1 : 0;
  const wanted = date.getTime() + add * DAY + 10 * 60 * MINUTE;
  return wanted - offsetOf(wanted, zone);
}

function localDate(at: number, zone: string): number[] {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
    .format(at)
    .split('-')
    .map(Number);
}

/** How far local time there is ahead of UTC; December, where the harness lives, knows no change of clocks. */
function offsetOf(at: number, zone: string): number {
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
  return Date.parse(`${local.replace(' ', 'T')}Z`) - at;
}
