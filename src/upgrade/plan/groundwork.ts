import * as z from 'zod';
import { amount, duration, flag, list, moment, text } from './fields.ts';

/*
 * The sections of a plan that prepare an upgrade and follow it up: what may go wrong, what depends on it, how it is
 * rolled out, whether everybody is ready. All of them may be left out.
 */

const DAY = 24 * 60;
const level = z.enum(['low', 'medium', 'high']);

export const Risks = list(
  z.strictObject({
    risk: text(300),
    likelihood: level,
    impact: level,
    owner: text(100).optional(),
    mitigation: text(400).optional(),
    state: z.enum(['open', 'mitigated', 'accepted', 'closed']).default('open'),
  }),
  50,
);

export const Inventory = list(
  z.strictObject({
    name: text(100),
    kind: z.enum(['system', 'integration', 'script', 'certificate', 'job', 'client']),
    criticality: z
      .enum(['red', 'yellow', 'green'])
      .describe('red hits customers, yellow is internal, green is nice to have'),
    'known-by': list(text(100), 10).optional(),
    compatibility: z.enum(['compatible', 'incompatible', 'unknown', 'not-checked']).default('not-checked'),
    note: text(300).optional(),
  }),
  200,
);

const score = () => amount(1, 5);
export const Strategy = z.strictObject({
  kind: z.enum(['big-bang', 'phased', 'parallel-run', 'hybrid']),
  rationale: text(600),
  scores: z
    .strictObject({ risk: score(), timeline: score(), cost: score(), readiness: score(), tolerance: score() })
    .optional(),
});

export const READINESS_ITEMS = [
  'risk-audit',
  'strategy',
  'team',
  'test-environment',
  'tests',
  'pilot-group',
  'rollback-tested',
  'monitoring',
  'feedback-channel',
  'communication-plan',
] as const;

export const Readiness = list(
  z.strictObject({
    item: z.enum(READINESS_ITEMS),
    evidence: text(400),
    'confirmed-by': text(100).optional(),
    'confirmed-at': text(40).optional(),
  }),
  READINESS_ITEMS.length,
);

export const Triggers = list(
  z.strictObject({
    trigger: text(200).describe('A number, not an opinion: error rate more than 1 point above the baseline'),
    action: z.enum(['decide', 'roll-back']).default('decide'),
  }),
  20,
);

export const OnCall = list(
  z.strictObject({ who: text(100), covers: text(200), from: moment(), to: moment() }),
  30,
);

export const DataProtection = z.strictObject({
  backup: text(300),
  location: text(300).optional(),
  'integrity-checked': flag().optional(),
  'restore-tried': flag().optional(),
  retention: duration({ most: 9999 * DAY }).optional(),
  'recovery-time': duration({ most: 30 * DAY }).optional(),
  writes: z
    .enum(['stopped', 'logged', 'snapshotted', 'replicated'])
    .optional()
    .describe('During the upgrade'),
  configuration: text(300).optional(),
});

export const Operations = z.strictObject({
  handover: list(text(300), 20).default([]).describe('What operations take over after the upgrade'),
  monitoring: text(400).optional(),
  baselines: list(text(200), 20).optional(),
});
