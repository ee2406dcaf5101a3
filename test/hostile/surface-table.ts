import type { FormValues } from '../../src/slack/surface.ts';
import type { State } from '../../src/upgrade/lifecycle.ts';

/** What a row may speak of. */
export interface World {
  upgradeId: number;
  /** `UP-3`. */
  key: string;
  decisionId: number;
  issue: number;
  /** A message that Slack refused for good. */
  deliveryId: string;
  yaml: string;
  planValues: FormValues;
}

/** Who may use a command, a button or a form (roles, by hand), and how it is used when it works. */
export interface Row {
  who: string;
  state: State;
  /** What is typed behind the verb. */
  text?: (world: World) => string;
  /** The button's value; the upgrade's id where it is left out. */
  value?: (world: World) => string;
  /** The form's metadata; the upgrade's id as an object where it is left out. */
  metadata?: (world: World) => string;
  values?: (world: World) => FormValues;
  /** It is about no upgrade, so that no value can be forged. */
  aboutNone?: true;
}

const PLAN_ROLES = 'lead sponsor deputy communicator crisis_speaker operations consulted';
export const MEMBERS = `${PLAN_ROLES} planner audience none`;
const ISSUES = 'lead communicator operations';
const SPEAKERS = 'lead communicator';

const keyed = (more = '') => ({ text: ({ key }: World) => `${key} ${more}`.trim() });
const byDecision = { value: ({ decisionId }: World) => String(decisionId) };
const byDelivery = { value: ({ deliveryId }: World) => deliveryId };
const none = { aboutNone: true, value: () => '', metadata: () => '{}' } as const;
const words = (text: string) => ({ values: () => ({ text }) });
const CHECKS = { 'checks.1': ['1', '2', '3', '4', '5', '6'] };

/** One row for everything that a slice offers. Something behind ` of …` is another use of the same thing. */
export const ROWS: Record<string, Row> = {
  '/new': { who: MEMBERS, state: 'draft', ...none },
  '/edit': { who: MEMBERS, state: 'draft', ...keyed() },
  '/import': { who: MEMBERS, state: 'draft', ...none },
  '/import of a long plan': {
    who: MEMBERS,
    state: 'draft',
    ...none,
    text: ({ yaml }) => yaml.padEnd(3_100, '\n#'),
  },
  '/import of a long plan for a draft': {
    who: 'lead planner',
    state: 'draft',
    text: ({ key, yaml }) => `${key} ${yaml.padEnd(3_100, '\n#')}`,
  },
  '/list': { who: MEMBERS, state: 'draft', ...none },
  '/show': { who: MEMBERS, state: 'draft', ...keyed() },
  '/schedule': { who: 'lead sponsor planner', state: 'draft', ...keyed() },
  '/cancel': { who: 'lead sponsor', state: 'scheduled', ...keyed('the vendor is late') },
  '/start': { who: 'lead', state: 'scheduled', ...keyed() },
  '/done': { who: 'lead', state: 'in_progress', ...keyed() },
  '/done of verifying': { who: 'lead', state: 'verifying', ...keyed() },
  '/done of a rollback': { who: 'lead', state: 'rolling_back', ...keyed() },
  '/close': { who: 'lead sponsor', state: 'completed', ...keyed() },
  '/status': { who: SPEAKERS, state: 'in_progress', ...keyed('two thirds are through') },
  '/status of a form': { who: SPEAKERS, state: 'in_progress', ...keyed() },
  '/issue': { who: ISSUES, state: 'in_progress', ...keyed('the interface is down') },
  '/resolve': { who: ISSUES, state: 'in_progress', text: ({ key, issue }) => `${key} ${issue}` },
  '/reschedule': { who: 'lead sponsor', state: 'scheduled', ...keyed('2026-12-12 22:00 vendor late') },
  '/rollback': { who: PLAN_ROLES, state: 'in_progress', ...keyed('quotes fail') },
  '/rollback of a form': { who: PLAN_ROLES, state: 'verifying', ...keyed() },
  '/survey': { who: MEMBERS, state: 'completed', ...keyed() },
  '/deliveries': { who: MEMBERS, state: 'scheduled', ...keyed() },
  '/record': { who: MEMBERS, state: 'draft', ...keyed() },

  'planning.new': { who: MEMBERS, state: 'draft', ...none },
  'planning.edit': { who: MEMBERS, state: 'draft' },
  'planning.import': { who: MEMBERS, state: 'draft', ...none },
  'planning.list': { who: MEMBERS, state: 'draft', ...none },
  'planning.show': { who: MEMBERS, state: 'draft' },
  'planning.preview': { who: MEMBERS, state: 'draft' },
  'planning.preview.turn.*': { who: MEMBERS, state: 'draft', value: ({ upgradeId }) => `${upgradeId}:1` },
  'upgrade.schedule': { who: 'lead sponsor planner', state: 'draft' },
  'upgrade.cancel': { who: 'lead sponsor', state: 'scheduled' },
  'upgrade.start': { who: 'lead', state: 'scheduled' },
  'upgrade.start.anyway': { who: 'lead', state: 'scheduled' },
  'upgrade.done': { who: 'lead', state: 'in_progress' },
  'upgrade.done of verifying': { who: 'lead', state: 'verifying' },
  'upgrade.close': { who: 'lead sponsor', state: 'rolled_back' },
  'upgrade.status': { who: SPEAKERS, state: 'verifying' },
  'upgrade.issue': { who: ISSUES, state: 'rolling_back' },
  'upgrade.resolve': { who: ISSUES, state: 'in_progress' },
  'upgrade.reschedule': { who: 'lead sponsor', state: 'scheduled' },
  'rollback.ask': { who: PLAN_ROLES, state: 'in_progress' },
  'rollback.advise': { who: PLAN_ROLES, state: 'in_progress' },
  'rollback.show': { who: MEMBERS, state: 'in_progress', ...byDecision },
  'rollback.vote.roll_back': { who: 'sponsor', state: 'in_progress', ...byDecision },
  'rollback.vote.keep_going': { who: 'sponsor', state: 'verifying', ...byDecision },
  'rollback.vote.more_time': { who: 'sponsor', state: 'in_progress', ...byDecision },
  'delivery.ledger': { who: MEMBERS, state: 'in_progress' },
  'delivery.retry': { who: ISSUES, state: 'in_progress', ...byDelivery },
  'delivery.retry.*': { who: ISSUES, state: 'closed', ...byDelivery },
  'survey.answer': { who: 'audience', state: 'completed' },
  'survey.delete': { who: 'audience', state: 'completed' },
  'survey.comments': { who: MEMBERS, state: 'completed' },
  'timeline.record': { who: MEMBERS, state: 'draft' },
  'timeline.download': { who: MEMBERS, state: 'draft' },

  'planning.plan.submit': {
    who: MEMBERS,
    state: 'draft',
    ...none,
    values: ({ planValues }) => planValues,
  },
  'planning.import.submit': { who: MEMBERS, state: 'draft', ...none, values: ({ yaml }) => ({ yaml }) },
  'planning.import.submit of a draft': {
    who: 'lead planner',
    state: 'draft',
    values: ({ yaml }) => ({ yaml }),
  },
  'upgrade.cancel.submit': {
    who: 'lead sponsor',
    state: 'scheduled',
    values: () => ({ why: 'the vendor is late' }),
  },
  'upgrade.reschedule.submit': {
    who: 'lead sponsor',
    state: 'scheduled',
    values: () => ({ date: '2026-12-12', time: '22:00' }),
  },
  'upgrade.complete.submit': { who: 'lead', state: 'verifying', values: () => CHECKS },
  'upgrade.status.submit': { who: SPEAKERS, state: 'in_progress', ...words('two thirds') },
  'upgrade.issue.submit': { who: ISSUES, state: 'in_progress', ...words('the interface is down') },
  'upgrade.resolve.submit': {
    who: ISSUES,
    state: 'in_progress',
    values: ({ issue }) => ({ number: String(issue) }),
  },
  'rollback.ask.submit': { who: PLAN_ROLES, state: 'in_progress', ...words('quotes fail') },
  'rollback.advise.submit': { who: PLAN_ROLES, state: 'in_progress', ...words('wait for the vendor') },
  'survey.submit': {
    who: 'audience',
    state: 'completed',
    metadata: ({ upgradeId }) => String(upgradeId),
    values: () => ({ satisfaction: '4' }),
  },
};
