import { readFileSync } from 'node:fs';
import type { ModalView } from '@slack/types';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Db } from '../../src/db/client.ts';
import { WatchbellError } from '../../src/errors.ts';
import { findMentions } from '../../src/sandbox/mentions.ts';
import { checkContent } from '../../src/sandbox/validate/message.ts';
import { checkView } from '../../src/sandbox/validate/view.ts';
import { modal } from '../../src/slack/blocks.ts';
import { routeCommands } from '../../src/slack/commands.ts';
import { fitMessage } from '../../src/slack/fit.ts';
import type { Message } from '../../src/slack/message.ts';
import { sayError, sayInLine } from '../../src/slack/reply.ts';
import type { FormValues } from '../../src/slack/surface.ts';
import { showMenu, slices } from '../../src/slices.ts';
import { listUpgrades, type Upgrade } from '../../src/upgrade/store.ts';
import { type Called, callBy } from '../support/call.ts';
import { by, testContext } from '../support/context.ts';
import { BAIT } from './hostile-text.ts';

const NOW = new Date('2026-12-05T20:00:00Z');
const ROOM = 'CCRMUPGRADE';
const surfaces = slices.flatMap((slice) => slice.surface ?? []);
const run = routeCommands(
  surfaces.flatMap((surface) => surface.commands ?? []),
  showMenu,
);

/**
 * The whole bot, with people who type whatever they like. Everything that anybody is shown is held against what Slack
 * takes and against whom it calls; an error that nobody could act on fails.
 */
export async function fuzzWorld(db: Db) {
  const t = await testContext(db, slices, NOW);
  const { users, channels } = t.slack;
  let checked = 0;
  const checkMessage = (message: Message) => {
    checked += 1;
    judgeMessage(message);
  };
  /** Posts stay, since they may be edited. */
  const seen = new WeakSet<Message>();
  const checkOnce = (message: Message) => {
    if (!seen.has(message)) checkMessage(message);
    seen.add(message);
  };
  const checkShownView = (view: { blocks: unknown }, type: 'modal' | 'home') => {
    checked += 1;
    judgeView(view, type);
  };
  const attempt = async (called: Called, act: () => Promise<void>, typed?: string) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof WatchbellError)) throw error;
      await called.call.reply(sayError(error, typed));
    }
    for (const message of called.replies) checkMessage(message);
    checkShown();
  };
  const checkShown = () => {
    for (const { message, versions } of t.slack.posts) [...versions, message].forEach(checkOnce);
    for (const { message } of t.slack.ephemerals.splice(0)) checkMessage(message);
    for (const view of t.slack.views.splice(0)) checkShownView(view, 'modal');
    for (const home of t.slack.homes.values()) checkShownView(home, 'home');
    t.slack.homes.clear();
    t.slack.files.length = 0;
  };
  return {
    /** How many messages and views were held against Slack so far. */
    checked: () => checked,
    /** People and channels are called so in Slack, where anybody may call themselves anything. */
    rename(person: string, channel: string) {
      t.slack.users = async () => (await users.call(t.slack)).map((one) => ({ ...one, displayName: person }));
      t.slack.channels = async () => (await channels.call(t.slack)).map((one) => ({ ...one, name: channel }));
    },
    /** A file that somebody shared; returns its id. */
    upload(name: string, content: string): string {
      t.slack.uploads.set('F1', { name, content });
      return 'F1';
    },
    /** Types `/upgrade <text>` in the room. */
    async type(name: string, text: string) {
      const called = callBy(t, by(name), { channelId: ROOM, text });
      await attempt(called, () => run(called.call), `/upgrade ${text}`);
    },
    async click(name: string, actionId: string, value: string) {
      const called = callBy(t, by(name), { channelId: ROOM, value });
      const action = surfaces
        .flatMap(({ actions }) => actions ?? [])
        .find((each) => each.actionId.replace('*', '1') === actionId);
      await attempt(called, async () => action?.run({ ...called.call, actionId }));
    },
    /** Sends a form off; true where it was taken. */
    async submit(name: string, callbackId: string, metadata: string, values: FormValues): Promise<boolean> {
      const called = callBy(t, by(name), { channelId: ROOM, values, metadata });
      const form = surfaces
        .flatMap(({ views }) => views ?? [])
        .find((each) => each.callbackId === callbackId);
      let taken = false;
      await attempt(called, async () => {
        const answer = await form?.submit(called.call).catch((error: unknown) => {
          if (error instanceof WatchbellError) expect(typeof sayInLine(error)).toBe('string');
          throw error;
        });
        taken = answer === undefined || (typeof answer === 'object' && 'update' in answer);
        if (answer === 'close all' || !answer) return;
        if ('errors' in answer) checkShownView(sayErrors(answer.errors), 'modal');
        if ('update' in answer) checkShownView(answer.update, 'modal');
        if ('push' in answer) checkShownView(answer.push, 'modal');
      });
      return taken;
    },
    async openHome(name: string) {
      const called = callBy(t, by(name));
      await attempt(called, async () => {
        for (const surface of surfaces) await surface.home?.(called.call);
      });
    },
    /** Everything due is said; the time is then `at`, if it is given. */
    async settle(at?: Date) {
      if (at) await t.passUntil(at);
      else await t.settle();
      checkShown();
      const { rows } = await db.execute(sql`
        select kind, error from outbox where error is not null or state = 'failed'
        limit 3`);
      expect(rows).toEqual([]);
    },
    newest: async (): Promise<Upgrade | undefined> =>
      (await listUpgrades(db, by('dana').teamId, { limit: 1 }))[0],
    /** Back to the evening before the window, with no upgrade in the way. */
    async reset() {
      await db.execute(
        sql`truncate upgrade, upgrade_role, upgrade_issue, status_line, acceptance_result, decision, decision_advice,
          survey, survey_invitation, survey_answer, outbox, timetable restart identity cascade`,
      );
      t.slack.posts.length = 0;
      t.clock.set(NOW);
      Object.assign(t.slack, { users, channels });
    },
  };
}

/** What stands under the inputs, as a view of its own: none is empty, and none too long to be read. */
const sayErrors = (errors: Record<string, string>): ModalView =>
  modal({
    callbackId: 'errors',
    title: 'Errors',
    blocks: Object.values(errors).map((text) => ({ type: 'section', text: { type: 'plain_text', text } })),
  });

function judgeMessage(message: Message): void {
  const said = fitMessage(message);
  checkContent({ ...said });
  const { users, groups, broadcasts } = findMentions(said.text, said.blocks as never, { linkNames: false });
  expect(broadcasts).toEqual([]);
  expect(users).not.toContain(BAIT.user);
  expect(groups).not.toContain(BAIT.group);
}

function judgeView(view: { blocks: unknown }, type: 'modal' | 'home'): void {
  checkView(view, type);
  const { users, broadcasts } = findMentions('', view.blocks as never, { linkNames: false });
  expect(broadcasts).toEqual([]);
  expect(users).not.toContain(BAIT.user);
}

const plans = new URL('../../templates/plans/', import.meta.url);
const SHIPPED = readFileSync(new URL('crm-migration.yaml', plans), 'utf8');

interface Schema {
  type?: string | string[];
  maxLength?: number;
  properties?: Record<string, Schema>;
  items?: Schema;
}

type Path = (string | number)[];
type PlanText = [path: Path, most: number];

/** Free text is what may also be written as a number; of each list its first entry. */
function textsIn({ type, maxLength = 0, properties = {}, items }: Schema, path: Path = []): PlanText[] {
  if (Array.isArray(type)) return [[path, maxLength]];
  const within = Object.entries(properties).flatMap(([key, each]) => textsIn(each, [...path, key]));
  return [...within, ...(items ? textsIn(items, [...path, 0]) : [])];
}

/** Every place of a plan that is free text, with the length that a plan allows. */
export const PLAN_TEXTS: PlanText[] = [
  ...textsIn(JSON.parse(readFileSync(new URL('plan.schema.json', plans), 'utf8'))),
  [['rollback', 'steps', 1], 300],
  [['acceptance', 4, 'check'], 200],
];

/** What the shipped plan leaves out, so that every text has its place. */
const LEFT_OUT: [path: Path, value: unknown][] = [
  [['versions', 'sites'], [{ site: 'Hamburg', from: '8.4.1', to: '9.0.1' }]],
  [['readiness'], [{ item: 'tests', evidence: 'Two rehearsals' }]],
  [['on-call'], [{ who: 'Max', covers: 'CRM', from: '2026-12-05T22:00', to: '2026-12-06T08:00' }]],
];

/** The shipped plan with these texts in place of its own. */
export function planWith(texts: readonly [path: Path, text: string][]): string {
  const plan = parse(SHIPPED, { schema: 'failsafe' }) as object;
  for (const [path, value] of [...LEFT_OUT, ...texts]) {
    const within = path.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key) as object, plan);
    Reflect.set(within, path.at(-1) ?? '', structuredClone(value));
  }
  return stringify(plan);
}

export const shippedPlanText = SHIPPED;
