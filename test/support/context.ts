import { readFileSync } from 'node:fs';
import { and, eq, lte, min } from 'drizzle-orm';
import pino from 'pino';
import { AdjustableClock } from '../../src/clock.ts';
import { type Actor, type Context, transact } from '../../src/context.ts';
import type { Db } from '../../src/db/client.ts';
import type { Jobs } from '../../src/jobs/port.ts';
import { Sender, unlimitedPacer } from '../../src/outbox/index.ts';
import { indexFollowers } from '../../src/record/index.ts';
import type { Slice } from '../../src/slice.ts';
import { openTemplates, readSamples } from '../../src/templates/own-texts.ts';
import type { Templates } from '../../src/templates/renderer.ts';
import { TimetableRunner } from '../../src/timetable/index.ts';
import { timetable } from '../../src/timetable/tables.ts';
import { slackDirectory } from '../../src/upgrade/directory.ts';
import { parsePlan } from '../../src/upgrade/plan/parse.ts';
import { resolveReferences } from '../../src/upgrade/plan/references.ts';
import type { ResolvedPlan } from '../../src/upgrade/plan/schema.ts';
import { insertUpgrade, type Upgrade } from '../../src/upgrade/store.ts';
import { tellLead } from '../../src/upgrade/tell-lead.ts';
import { deriveWindow } from '../../src/upgrade/window.ts';
import { joinWorkspace } from '../../src/workspace/store.ts';
import { RecordingSlack, TEAM } from './recording-slack.ts';

/** A queue that never rings: tests look by themselves, and the rows must be enough. */
export const silentJobs: Jobs = {
  ring: async () => {},
  ringAll: async () => {},
  startBell: async () => {},
  stopBell: async () => {},
  listen: async () => {},
  health: async () => ({ backend: 'postgres', ok: true }),
  close: async () => {},
};

export interface TestContext {
  context: Context;
  clock: AdjustableClock;
  slack: RecordingSlack;
  /** Settles everything that is due now and sends what follows, until nothing is left. */
  settle(): Promise<void>;
  /** Sets the clock forward to each planned row in turn up to `at`, settling at each, as time would. */
  passUntil(at: Date): Promise<void>;
}

/** The slices under test on a real Postgres, with a standing clock and a Slack that remembers. */
export async function testContext(db: Db, slices: Slice[], now: Date): Promise<TestContext> {
  const clock = new AdjustableClock({ at: now });
  const slack = new RecordingSlack();
  const logger = pino({ level: 'silent' });
  const context: Context = {
    db,
    clock,
    slack,
    jobs: silentJobs,
    templates: withSamples(openTemplates(undefined, logger)),
    logger,
    followers: indexFollowers(slices.flatMap((slice) => slice.followers ?? [])),
  };
  await joinWorkspace(db, await slack.identity(), now);
  const runner = new TimetableRunner(
    context,
    slices.flatMap((slice) => slice.handlers ?? []),
  );
  const renderers = Object.assign({}, ...slices.map((slice) => slice.renderers ?? {}));
  const senders = (['outbox', 'bulk'] as const).map(
    (lane) => new Sender(context, lane, { renderers, onRefused: tellLead, pacer: unlimitedPacer }),
  );
  const settle = async () => {
    for (let busy = true; busy; ) {
      const rows = await runner.runDue();
      const sent = await Promise.all(senders.map((sender) => sender.sendPending()));
      busy = rows + sent.reduce((sum, each) => sum + each, 0) > 0;
    }
  };
  const passUntil = async (at: Date) => {
    await settle();
    for (;;) {
      const [row] = await db
        .select({ due: min(timetable.dueAt) })
        .from(timetable)
        .where(and(eq(timetable.state, 'planned'), lte(timetable.dueAt, at)));
      const due = row?.due;
      if (!due) break;
      if (due > clock.now()) clock.set(due);
      await settle();
    }
    clock.set(at);
    await settle();
  };
  return { context, clock, slack, settle, passUntil };
}

/** An own text may speak of all that it can be given, and is held to the samples: they must have every key. */
function withSamples(templates: Templates): Templates {
  const samples = readSamples();
  return {
    ...templates,
    render(name, data) {
      const keys = samples[name]?.flatMap((sample) => Object.keys(sample)) ?? [];
      const missing = Object.keys(data).filter((key) => !keys.includes(key));
      if (missing.length > 0) throw new Error(`templates/samples.json: ${name} lacks ${missing.join(', ')}`);
      return templates.render(name, data);
    },
  };
}

/** Somebody of the harbour organisation, by name: `by('dana')`. */
export const by = (name: string): Actor & { userId: string } => ({
  teamId: TEAM,
  userId: `U${name.toUpperCase()}`,
});

/** One of the plans that ship with Watchbell, resolved in the harbour organisation. */
export async function shippedPlan(slack: RecordingSlack, name = 'crm-migration'): Promise<ResolvedPlan> {
  const text = readFileSync(new URL(`../../templates/plans/${name}.yaml`, import.meta.url), 'utf8');
  const parsed = parsePlan(text);
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.problems));
  const resolution = await resolveReferences(parsed.plan, slackDirectory(slack, TEAM));
  if (!resolution.plan) throw new Error(JSON.stringify(resolution.problems));
  return resolution.plan;
}

/** A draft made from a shipped plan, changed where the test says so. */
export async function draftOf(
  { context, slack }: TestContext,
  change: (plan: ResolvedPlan) => ResolvedPlan = (plan) => plan,
  name?: string,
): Promise<Upgrade> {
  const plan = change(await shippedPlan(slack, name));
  return transact(context, (unit) => insertUpgrade(unit, by('dana'), plan, deriveWindow(plan)));
}
