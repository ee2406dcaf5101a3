import type { Phase } from './plan/schema.ts';

/** How a phase is called in a message. */
export const PHASE_NAMES: Record<Phase, string> = {
  preparation: 'preparation',
  backup: 'final backup',
  execution: 'the upgrade itself',
  verification: 'verification',
  repair: 'room for repair',
  decision: 'rollback decision',
  rollback: 'room for a rollback',
  communication: 'telling the users',
};
