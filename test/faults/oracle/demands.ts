import { type Demand, type Known, withdrawn } from './demand.ts';
import { heartbeats } from './heartbeat-demands.ts';
import { lastRevision } from './life.ts';
import { changes, everybody, notices, roles } from './notice-demands.ts';
import { starts } from './start-demands.ts';
import { survey } from './survey-demands.ts';

/** Every message that the plan and what happened ask for. */
export const deriveDemands = (known: Known): Demand[] => [
  ...headline(known),
  ...roles(known),
  ...notices(known),
  ...changes(known),
  ...starts(known),
  ...progress(known),
  ...heartbeats(known),
  ...decisions(known),
  ...survey(known),
];

function headline({ life, key }: Known): Demand[] {
  const [first] = life.revisions;
  if (!first) return [];
  const isClosed = life.entries.some(({ fact }) => fact === 'upgrade.closed');
  const ended = life.ended?.how === 'completed' ? /Completed/ : /Rolled back/;
  return [
    {
      kind: 'headline',
      slot: 'room',
      target: life.plan.room,
      due: first.plannedAt,
      says: new RegExp(`^${key} `),
      finally: life.cancelledAt !== undefined ? /Cancelled/ : isClosed ? /Closed/ : ended,
    },
  ];
}

function progress(known: Known): Demand[] {
  const { life, measure } = known;
  const { startedAt, ended } = life;
  const demands: Demand[] = [];
  if (ended?.how === 'completed')
    demands.push(
      ...everybody(known, ended.at, { kind: 'notice.completed', slot: '1', says: /is available again/ }),
    );
  if (ended?.how === 'rolled_back')
    demands.push(
      ...everybody(known, ended.at, { kind: 'notice.rolled_back', slot: '1', says: /was rolled back/ }),
    );
  const window = lastRevision(life);
  if (startedAt !== undefined && window && ended) {
    const due = Math.max(startedAt, window.start + life.plan.length);
    const excuse = measure.mayBeUnderWay(due, ended.at) ? 'the work ended at that time' : undefined;
    if (ended.at > due - measure.early)
      demands.push({
        kind: 'window.end',
        slot: '1',
        target: life.plan.room,
        due,
        excuse,
        says: /the planned window/,
      });
  }
  return demands;
}

function decisions(known: Known): Demand[] {
  const { life, key, measure } = known;
  const { room, sponsor, deputy } = life.plan;
  return life.decisions.flatMap((decision): Demand[] => {
    const slot = String(decision.number);
    const { decided, escalatedAt, askedAt } = decision;
    const live = {
      kind: 'decision',
      slot,
      says: new RegExp(`^${key}: (roll back or keep going|decided)`),
      finally:
        decided && new RegExp(`decided, ${decided.choice === 'roll_back' ? 'roll back' : 'keep going'}`),
    };
    const demands: Demand[] = [room, sponsor].map((target) => ({ ...live, target, due: askedAt }));
    if (escalatedAt !== undefined) {
      demands.push({ ...live, target: deputy, due: escalatedAt });
      demands.push({
        kind: 'rollback.escalated',
        slot,
        target: room,
        due: escalatedAt,
        excuse:
          decided &&
          measure.mayBeUnderWay(escalatedAt, decided.at) &&
          withdrawn(life, 'rollback.escalated', slot, room) !== undefined
            ? 'it was decided by then'
            : undefined,
        says: /deputy sponsor, please decide/,
      });
    }
    const told = { kind: 'notice.decided', slot };
    if (decided?.choice === 'keep_going')
      demands.push({ ...told, target: room, due: decided.at, says: /the upgrade goes on/ });
    if (decided?.choice === 'roll_back') {
      demands.push(...everybody(known, decided.at, { ...told, says: /is being rolled back/ }));
      demands.push({
        kind: 'rollback.steps',
        slot,
        target: room,
        due: decided.at,
        says: new RegExp(`^${key}: rolling back`),
      });
    }
    return demands;
  });
}
