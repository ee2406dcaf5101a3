import type { Unit } from '../context.ts';
import { watchbell } from '../context.ts';
import { enqueue } from '../outbox/index.ts';
import { appendAll } from '../record/index.ts';
import { handler, LATE_POLICY, type Outcome, type Row } from '../timetable/index.ts';
import { isRunning } from '../upgrade/lifecycle.ts';
import { type Issue, listIssuesOf, lockFreeUpgrades, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { heartbeatMessage, type News } from './messages.ts';
import { anchorOf, planBeats } from './plan-beats.ts';
import { deriveBeat, type LatestLine, watchLine } from './rules.ts';
import { Watch } from './schemas.ts';
import { listLatestLines, type Shows } from './store.ts';

/** A row that is due, and its upgrade, which is held. */
interface Due {
  row: Row;
  upgrade: Upgrade;
  /** What asked for it, where that is not what is under way. */
  trace?: string | undefined;
}

/** What a heartbeat says, and what it leaves to the next one. */
interface Told extends Due {
  news: News;
  watch: Watch;
}

/** A heartbeat is due: says where the work stands, with or without news, and plans the next one. */
export const sendHeartbeat = handler({
  kind: 'heartbeat',

  async decide(unit, row): Promise<Outcome> {
    const [upgrade, facts] = await Promise.all([
      lockUpgrade(unit, row.teamId, row.upgradeId),
      readFacts(unit, [row]),
    ]);
    const outcome = (await sendAll(unit, [{ row, upgrade }], facts)).get(row);
    if (!outcome) throw new Error(`the heartbeat of row ${row.id} came to nothing`);
    return outcome;
  },

  async decideTogether(unit, rows) {
    const [upgrades, facts] = await Promise.all([
      lockFreeUpgrades(
        unit,
        rows.map(({ upgradeId }) => upgradeId),
      ),
      readFacts(unit, rows),
    ]);
    const due = rows.flatMap((row) => {
      const upgrade = upgrades.find(({ id, teamId }) => id === row.upgradeId && teamId === row.teamId);
      return upgrade ? [{ row, upgrade, trace: row.trace ?? undefined }] : [];
    });
    return sendAll(unit, due, facts);
  },
});

async function sendAll(unit: Unit, due: Due[], facts: Facts): Promise<Map<Row, Outcome>> {
  const told = due.filter(({ upgrade }) => isRunning(upgrade)).map((each) => tell(unit, each, facts));
  await Promise.all([
    enqueue(
      unit,
      told.map(({ row, upgrade, news, trace }) => ({
        teamId: upgrade.teamId,
        upgradeId: upgrade.id,
        kind: row.kind,
        slot: String(news.beat.slot),
        target: upgrade.plan.channels.room,
        message: heartbeatMessage(unit.context, upgrade, news, unit.now),
        payload: { line: news.line?.id } satisfies Shows,
        plannedFor: news.beat.dueAt,
        trace,
      })),
    ),
    recordShortcomings(unit, told),
    planBeats(
      unit,
      told.map(({ upgrade, news, watch, trace }) => ({
        upgrade,
        slot: news.beat.next.slot,
        watch,
        trace,
      })),
    ),
  ]);
  const ended: Outcome = { skipped: LATE_POLICY.heartbeat.leftOut.ended };
  return new Map(due.map(({ row, upgrade }) => [row, isRunning(upgrade) ? 'done' : ended]));
}

/** What stands beside the plans. */
interface Facts {
  latest: Map<number, LatestLine>;
  issues: Issue[];
}

/** Asked right after the upgrades are locked, in the same breath: nobody changes these facts but whoever holds the upgrade. */
async function readFacts(unit: Unit, rows: readonly Row[]): Promise<Facts> {
  const ids = rows.map(({ upgradeId }) => upgradeId);
  const [latest, issues] = await Promise.all([listLatestLines(unit.tx, ids), listIssuesOf(unit.tx, ids)]);
  return { latest, issues };
}

function tell(unit: Unit, { row, upgrade, trace }: Due, { latest, issues }: Facts): Told {
  const anchor = anchorOf(upgrade);
  const before = Watch.parse(row.payload);
  const { line, watch } = watchLine(before, latest.get(upgrade.id));
  const slot = before.gapFrom ?? Number(row.slot);
  const news: News = {
    beat: deriveBeat(anchor, upgrade.plan.communication.heartbeat, slot, unit.now),
    line,
    silent: watch.silent,
    silentSince: latest.get(upgrade.id)?.line.at ?? anchor,
    issues: issues.filter(({ upgradeId }) => upgradeId === upgrade.id),
  };
  return { row, upgrade, trace, news, watch };
}

async function recordShortcomings(unit: Unit, told: Told[]): Promise<void> {
  const by = ({ id, teamId }: Upgrade) => ({ actor: watchbell(teamId), upgradeId: id });
  const missed = told.flatMap(({ upgrade, news: { beat } }) => {
    if (!beat.missed) return [];
    const { count, first, last } = beat.missed;
    return [{ ...by(upgrade), data: { count, first: first.toISOString(), last: last.toISOString() } }];
  });
  await appendAll(unit, 'heartbeat.missed', missed);
  const silent = told.flatMap(({ upgrade, news }) => {
    if (news.silent === 0) return [];
    const [dueAt, since] = [news.beat.dueAt.toISOString(), news.silentSince.toISOString()];
    return [{ ...by(upgrade), data: { dueAt, inARow: news.silent, since } }];
  });
  await appendAll(unit, 'heartbeat.silent', silent);
}
