import type { Actor, Unit } from '../context.ts';
import { type Fact, followAll } from '../record/index.ts';
import type { RunCommand } from '../slack/dispatch.ts';
import type { Slice, Waiting } from '../slice.ts';
import { publishHome } from './publish-home.ts';
import { showMenu } from './show-menu.ts';

/** Facts after which the Home of whoever brought them about shows something else. */
const CHANGES: Fact[] = [
  'upgrade.planned',
  'upgrade.edited',
  'upgrade.scheduled',
  'upgrade.rescheduled',
  'upgrade.cancelled',
  'upgrade.started',
  'upgrade.verifying',
  'upgrade.completed',
  'upgrade.rolled_back',
  'upgrade.closed',
  'issue.opened',
  'issue.resolved',
  'rollback.asked',
  'rollback.decided',
];

/** App Home and what `/upgrade` alone shows, from what every slice says is waiting. */
export function createHome(waiting: Waiting[]): { slice: Slice; showMenu: RunCommand } {
  return {
    slice: {
      surface: { home: (call) => publishHome(call.context, call.actor, waiting) },
      followers: followAll(CHANGES, async (unit, { actor }) => refreshHome(unit, actor, waiting)),
    },
    showMenu: (call) => showMenu(call, waiting),
  };
}

/** Slack asks for a Home only when it is opened; a button pressed there must not stay where it no longer fits. */
function refreshHome(unit: Unit, actor: Actor, waiting: Waiting[]): void {
  if (isPerson(actor)) unit.afterCommit(() => publishHome(unit.context, actor, waiting));
}

const isPerson = (actor: Actor): actor is Actor & { userId: string } => actor.userId !== null;
