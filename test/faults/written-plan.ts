import type { Cast } from './act.ts';
import type { Dice } from './dice.ts';

const ANNOUNCE = ['all-staff', 'engineering', 'sales'];
const AUDIENCE = ['support', 'ci-help', 'db-help'];
const GROUPS = ['field-sales', 'dba', 'developers', 'support-team'];
const USERS = ['emma', 'ines', 'hugo', 'grace', 'noah', 'zoe', 'kiran'];

interface Planned {
  title: string;
  cast: Cast;
  room: string;
  start: Date;
  /** Few people: many upgrades run at the same time. */
  small: boolean;
}

/** A plan in YAML, as its lead would write it. */
export function writePlan(dice: Dice, { title, cast, room, start, small }: Planned): string {
  const mail = (name: string) => `${name}@harbour.example`;
  const list = (items: string[]) => `[${items.map((item) => `"${item}"`).join(', ')}]`;
  const [announce, channels] = [
    dice.some(ANNOUNCE, dice.between(0, 1)),
    dice.some(AUDIENCE, dice.between(0, 1)),
  ];
  const groups = dice.some(GROUPS, small ? 0 : dice.between(0, 2));
  const users = dice.some(USERS, small ? 1 : dice.between(1, 3));
  return `upgrade: ${title}
system: system ${title.split(' ')[1]}
versions: { from: 1.0, to: 2.0 }
scope: major
reason: { kind: security, statement: Version 1 leaks keys }
window:
  start: ${start.toISOString().slice(0, 16)}
  timezone: UTC
  phases: { preparation: 1m, backup: 1m, execution: ${dice.between(6, 12)}m, verification: ${dice.between(1, 3)}m, repair: ${dice.between(0, 4)}m, decision: 1m, rollback: ${dice.between(2, 4)}m, communication: 1m }
people: { lead: ${mail(cast.lead)}, sponsor: ${mail(cast.sponsor)}, deputy: ${mail(cast.deputy)}, communicator: ${mail(cast.communicator)}, operations: [${mail(cast.operations)}], consulted: [${mail(cast.consulted)}] }
channels: { room: "#${room}", announce: ${list(announce.map((name) => `#${name}`))} }
audience: { channels: ${list(channels.map((name) => `#${name}`))}, groups: ${list(groups.map((name) => `@${name}`))}, users: ${list(users.map(mail))} }
impact: { downtime: 15m }
communication: { notices: ${list(drawNotices(dice))}, heartbeat: ${dice.pick([5, 5, 5, 7])}m, survey: ${dice.chance(small ? 0.1 : 0.4) ? '1d' : 'off'} }
rollback: { on-silence: ${dice.pick(['roll-back', 'keep-going'])}, answer-within: ${dice.between(1, 3)}m, extension: ${dice.between(1, 3)}m, steps: [Restore the backup] }
acceptance: [{ check: Sales can log in, core: true }]
`;
}

const drawNotices = (dice: Dice): string[] =>
  dice.some(['1d', '15m', '10m', '8m', '7m', '5m', '4m'], dice.between(1, 4));
