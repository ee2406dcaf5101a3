import * as z from 'zod';
import { amount, duration, durationOr, flag, list, moment, reference, text } from './fields.ts';
import {
  DataProtection,
  Inventory,
  OnCall,
  Operations,
  Readiness,
  Risks,
  Strategy,
  Triggers,
} from './groundwork.ts';

const DAY = 24 * 60;

export const SCOPES = ['patch', 'major', 'platform'] as const;
export const REASONS = [
  'security',
  'serious-bug',
  'compliance',
  'end-of-support',
  'performance',
  'feature',
  'hardware',
  'architecture',
  'optional',
] as const;

const Versions = z.strictObject({
  from: text(40).describe('Version in use now'),
  to: text(40).describe('Version after the upgrade'),
  sites: list(z.strictObject({ site: text(60), from: text(40), to: text(40) }), 20)
    .optional()
    .describe('Sites or nodes whose versions differ'),
});

const Reason = z.strictObject({
  kind: z.enum(REASONS).describe('Why the upgrade is needed'),
  statement: text(400).describe('The reason in practical terms; "a new version exists" is none'),
});

const phase = () => duration({ most: 7 * DAY });
const Phases = z.strictObject({
  preparation: phase(),
  backup: phase().describe('The final backup'),
  execution: phase().describe('The upgrade itself'),
  verification: phase().describe('Acceptance checks; needed again after a rollback'),
  repair: phase().describe('Room for a possible repair'),
  decision: phase().describe('Time to decide on a rollback'),
  rollback: phase().describe('How long the rollback takes'),
  communication: phase().describe('Time to tell the users'),
});

const Window = z.strictObject({
  start: moment().describe(
    'Local start in the zone of the plan, like 2026-12-05T22:00; add +02:00 to settle an ambiguous hour',
  ),
  timezone: text(60).describe('IANA time zone, like Europe/Berlin'),
  phases: Phases,
  end: moment().optional().describe('Local end, when the window is longer than its phases'),
  length: duration({ most: 14 * DAY })
    .optional()
    .describe('Length, when the window is longer than its phases; instead of end'),
});

const People = z.strictObject({
  lead: reference().describe('Runs the technical work: e-mail, @name or Slack id'),
  sponsor: reference().describe('Decides on a rollback'),
  deputy: reference().describe('Decides when the sponsor does not answer in time'),
  communicator: reference().describe('Gives the status line ahead of each heartbeat'),
  'crisis-speaker': reference()
    .optional()
    .describe('The one person who speaks to customers when downtime turns major'),
  operations: list(reference(), 20).default([]).describe('Take over monitoring after the upgrade'),
  consulted: list(reference(), 50).default([]).describe('Asked and told: product, customer support, others'),
});

const Channels = z.strictObject({
  room: reference().describe('Where the upgrade is run: #name or id'),
  announce: list(reference(), 20).default([]).describe('Where notices are posted'),
  support: reference().optional().describe('Where users ask for help'),
});

const Audience = z.strictObject({
  channels: list(reference(), 50).default([]),
  groups: list(reference(), 20).default([]),
  users: list(reference(), 200).default([]),
});

const Impact = z.strictObject({
  downtime: duration({ most: 14 * DAY }).describe('Expected downtime'),
  changes: list(text(200), 10).default([]).describe('What will be different for users'),
  limits: text(400).optional().describe('What does not work while the upgrade runs'),
  avoid: text(400).optional().describe('What users should not do meanwhile'),
  contact: text(200).optional().describe('Whom to ask'),
  processes: list(text(200), 20).optional().describe('Business processes that depend on the system'),
  'peak-hours': text(200).optional(),
  'critical-users': list(text(200), 20).optional(),
  'external-customers': flag().optional(),
  'service-levels': text(400).optional(),
  legal: text(400).optional(),
  cost: z
    .strictObject({
      'per-hour': amount(0, 1e12).describe('Revenue or billable work lost per hour of downtime'),
      'test-day': amount(0, 1e12).optional().describe('Cost of one more day of testing'),
      currency: text(10),
    })
    .optional(),
});

const Communication = z.strictObject({
  notices: list(duration({ least: 1, most: 60 * DAY }), 10)
    .prefault(['7d', '1d', '1h', '15m'])
    .describe('How long before the start; whole days keep the hour of the start in the zone of the plan'),
  heartbeat: duration({ least: 5, most: 120 }).prefault('30m').describe('Between two heartbeats, 5m to 120m'),
  survey: durationOr('off', { least: DAY, most: 60 * DAY })
    .prefault('7d')
    .describe('After completion, in days; or off'),
});

const Rollback = z.strictObject({
  'on-silence': z.enum(['roll-back', 'keep-going']).describe('What happens when nobody decides in time'),
  'answer-within': duration({ least: 1, most: 120 })
    .prefault('10m')
    .describe('Time to answer, once for the sponsor, once for the deputy'),
  extension: duration({ least: 1, most: 120 }).prefault('15m').describe('How much "more time" gives'),
  steps: list(text(300), 30).default([]),
  restores: list(text(200), 20).optional().describe('What is restored: files, databases, configuration'),
  'data-loss': text(400).optional().describe('What data may be lost'),
  'after-migration': z.enum(['possible', 'forward-only']).default('possible'),
  rehearsed: z
    .strictObject({ at: text(40).describe('Date of the rehearsal'), took: duration({ most: 7 * DAY }) })
    .optional(),
});

const Acceptance = list(
  z.strictObject({
    check: text(200),
    core: flag().prefault('false').describe('Must pass; otherwise roll back'),
  }),
  40,
);

/** A plan as people write it in YAML: keys in kebab-case, every scalar as text. */
export const PlanDocument = z.strictObject({
  upgrade: text(80).describe('What the upgrade is called'),
  system: text(60).describe('The system that is upgraded'),
  versions: Versions,
  scope: z.enum(SCOPES),
  reason: Reason,
  window: Window,
  people: People,
  channels: Channels,
  audience: Audience.prefault({}),
  impact: Impact,
  communication: Communication.prefault({}),
  rollback: Rollback,
  acceptance: Acceptance.default([]),
  triggers: Triggers.optional(),
  risks: Risks.optional(),
  inventory: Inventory.optional(),
  strategy: Strategy.optional(),
  readiness: Readiness.optional(),
  'data-protection': DataProtection.optional(),
  operations: Operations.optional(),
  'on-call': OnCall.optional(),
});
export type PlanDocument = z.output<typeof PlanDocument>;

type CamelCase<Key> = Key extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Key;
type Camelized<T> = T extends (infer Item)[]
  ? Camelized<Item>[]
  : T extends object
    ? { [Key in keyof T as CamelCase<Key>]: Camelized<T[Key]> }
    : T;

/**
 * A plan that passed every check it can pass without Slack. Keys in camelCase; every duration is in minutes;
 * `window.start` is local text in `window.timezone` (`startOf` gives the instant). Plain JSON.
 */
export type Plan = Camelized<PlanDocument>;

/** A plan whose people, channels and groups are Slack ids. */
export type ResolvedPlan = Plan & { readonly resolved: true };

export const PHASES = [
  'preparation',
  'backup',
  'execution',
  'verification',
  'repair',
  'decision',
  'rollback',
  'communication',
] as const satisfies readonly (keyof Plan['window']['phases'])[];
export type Phase = (typeof PHASES)[number];

export const kebabCase = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camelCase = (key: string) => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Keys in camelCase, as the program reads them. */
export const camelized = <T>(value: T) => renamed(value, camelCase) as Camelized<T>;

/** Keys in kebab-case, as people write them. */
export const kebabized = (value: unknown) => renamed(value, kebabCase);

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
