import type { FormValues } from '../slack/surface.ts';
import { formatDuration } from '../upgrade/plan/duration.ts';
import { PHASES, type Plan } from '../upgrade/plan/schema.ts';
import { type ZonedInstant, zonedInstant } from '../upgrade/plan/zoned-time.ts';
import { lengthOf } from '../upgrade/window.ts';

/*
 * The form speaks in paths of the plan (`people.lead`), with three exceptions: the start is a date, a time and, where
 * clocks go back over it, a choice; the phases are lines of one text.
 */

/** The phases that a new plan starts from. */
const USUAL_PHASES: Plan['window']['phases'] = {
  preparation: 15,
  backup: 30,
  execution: 90,
  verification: 30,
  repair: 30,
  decision: 15,
  rollback: 60,
  communication: 15,
};

/** What a new plan's form shows at first. */
export const newPlanValues = (of: { userId: string; zone: string; room?: string }): FormValues => ({
  'window.time': '22:00',
  'window.timezone': of.zone,
  'window.phases': phaseLines(USUAL_PHASES),
  'people.lead': of.userId,
  'channels.room': of.room,
  'communication.notices': '7d, 1d, 1h, 15m',
  'communication.heartbeat': '30m',
  'communication.survey': '7d',
  'rollback.on-silence': 'roll-back',
  'rollback.answer-within': '10m',
  'rollback.extension': '15m',
  'rollback.after-migration': 'possible',
});

/** What the form shows of a plan. */
export function valuesOf(plan: Plan): FormValues {
  const { window, people, channels, audience, impact, communication, rollback } = plan;
  const unusual = window.end !== undefined || window.length !== undefined;
  return {
    upgrade: plan.upgrade,
    system: plan.system,
    'versions.from': plan.versions.from,
    'versions.to': plan.versions.to,
    scope: plan.scope,
    'reason.kind': plan.reason.kind,
    'reason.statement': plan.reason.statement,
    'window.date': window.start.slice(0, 10),
    'window.time': window.start.slice(11, 16),
    'window.choice': window.start.length > 16 ? window.start : undefined,
    'window.timezone': window.timezone,
    'window.phases': phaseLines(window.phases),
    'window.length': unusual ? formatDuration(lengthOf(plan)) : undefined,
    'people.lead': people.lead,
    'people.sponsor': people.sponsor,
    'people.deputy': people.deputy,
    'people.communicator': people.communicator,
    'people.crisis-speaker': people.crisisSpeaker,
    'people.operations': people.operations,
    'people.consulted': people.consulted,
    'channels.room': channels.room,
    'channels.announce': channels.announce,
    'channels.support': channels.support,
    'audience.channels': audience.channels,
    'audience.groups': audience.groups.join(', '),
    'audience.users': audience.users,
    'impact.downtime': formatDuration(impact.downtime),
    'impact.changes': impact.changes.join('\n'),
    'impact.limits': impact.limits,
    'impact.avoid': impact.avoid,
    'impact.contact': impact.contact,
    'communication.notices': communication.notices.map(formatDuration).join(', '),
    'communication.heartbeat': formatDuration(communication.heartbeat),
    'communication.survey': communication.survey === 'off' ? 'off' : formatDuration(communication.survey),
    'rollback.on-silence': rollback.onSilence,
    'rollback.answer-within': formatDuration(rollback.answerWithin),
    'rollback.extension': formatDuration(rollback.extension),
    'rollback.steps': rollback.steps.join('\n'),
    'rollback.data-loss': rollback.dataLoss,
    'rollback.after-migration': rollback.afterMigration,
    acceptance: plan.acceptance.map(({ check, core }) => (core ? `core: ${check}` : check)).join('\n'),
  };
}

/** The same values with the form's exceptions turned into paths of the plan. */
export function toPlanValues(values: FormValues): FormValues {
  const {
    'window.date': _date,
    'window.time': _time,
    'window.choice': _choice,
    'window.phases': phases,
    ...rest
  } = values;
  return { ...rest, ...readPhases(textOf(phases)), 'window.start': startText(values) };
}

/** `2026-12-05T22:00`; with its offset where that was chosen for just this date and time. */
export function startText(values: FormValues): string {
  const plain = `${textOf(values['window.date'])}T${textOf(values['window.time'])}`;
  const choice = textOf(values['window.choice']);
  return choice.startsWith(plain) ? choice : plain;
}

/** The two instants that a start in the hour that happens twice may mean; empty for any other. */
export function startChoices(values: FormValues): string[] {
  const found = readStart(startText(values), textOf(values['window.timezone']));
  return found?.kind === 'overlap' ? found.choices : [];
}

function readStart(start: string, zone: string): ZonedInstant | undefined {
  try {
    return zonedInstant(start, zone);
  } catch (error) {
    // An unknown zone is said by the plan's own checks.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const phaseLines = (phases: Plan['window']['phases']): string =>
  PHASES.map((phase) => `${phase} ${formatDuration(phases[phase])}`).join('\n');

/** `execution 90m` per line; a line that cannot be read becomes an unknown key, which the plan's checks then name. */
function readPhases(text: string): FormValues {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = line.replaceAll('.', ' '), length = '?'] =
        /^([a-z]+)\s*[:=]?\s+(.+)$/i.exec(line) ?? [];
      return [`window.phases.${name.toLowerCase()}`, length];
    }),
  );
}

export const textOf = (value: FormValues[string]): string =>
  value === undefined ? '' : typeof value === 'string' ? value : value.join(', ');
