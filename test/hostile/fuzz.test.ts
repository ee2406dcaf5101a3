import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { valuesOf } from '../../src/planning/form-values.ts';
import type { State } from '../../src/upgrade/lifecycle.ts';
import { parsePlan } from '../../src/upgrade/plan/parse.ts';
import { readStart } from '../../src/upgrade/read-start.ts';
import { PEOPLE_BY_ROLE } from '../support/people-by-role.ts';
import { testDatabase } from '../support/postgres.ts';
import { fuzzWorld, PLAN_TEXTS, planWith, shippedPlanText } from './fuzz-world.ts';
import { hostileLine, hostileText, hostileWords, hostileZone } from './hostile-text.ts';

/*
 * Whatever is typed: no unhandled error, no message that Slack would refuse, nobody called whom the bot did not mean.
 * A few hundred cases of a fixed seed each time; `npm run fuzz` runs ten thousand of a new one. A failure prints the
 * seed and the smallest case; WATCHBELL_FUZZ_SEED plays it again.
 */
const TOTAL = Number(process.env.WATCHBELL_FUZZ_RUNS ?? 300);
const FIXED_SEED = 20261120;
const given = process.env.WATCHBELL_FUZZ_SEED;
const seed = given ? Number(given) : process.env.WATCHBELL_FUZZ_RUNS ? undefined : FIXED_SEED;
const PATIENCE = Math.max(120_000, TOTAL * 600);

/** This part of all cases; the parts of what reaches Slack are a whole, what is only read comes on top. */
const cases = (part: number) => ({
  numRuns: Math.max(2, Math.round(TOTAL * part)),
  ...(seed ? { seed } : {}),
});

const { db } = await testDatabase();
const world = await fuzzWorld(db);
beforeEach(() => world.reset());

vi.setConfig({ testTimeout: PATIENCE });

/** Whatever is done, it ends in something that is shown, and so is held against what Slack takes. */
const shown = async (act: () => Promise<unknown>): Promise<void> => {
  const before = world.checked();
  await act();
  expect(world.checked()).toBeGreaterThan(before);
};

const anybody = fc.constantFrom(...Object.values(PEOPLE_BY_ROLE));
const started = new Date('2026-12-05T21:00:00Z');

/** A shipped plan at work. */
async function runningUpgrade(): Promise<number> {
  await world.submit('dana', 'planning.import.submit', '{}', { yaml: shippedPlanText });
  const upgrade = await world.newest();
  if (!upgrade) throw new Error('the shipped plan was not taken');
  await world.type('dana', `schedule UP-${upgrade.number}`);
  await world.settle(started);
  await world.type('dana', `start UP-${upgrade.number}`);
  return upgrade.number;
}

test('anything typed after /upgrade, by anybody', async () => {
  const number = await runningUpgrade();
  const verb = fc.constantFrom(
    ...[
      '',
      'help',
      'new',
      'edit',
      'import',
      'list',
      'show',
      'cancel',
      'status',
      'issue',
      'resolve',
      'reschedule',
    ],
    ...['start', 'done', 'close', 'deliveries'],
    ...['rollback', 'survey', 'record', 'schedule', 'shcedule', '__proto__', 'toString'],
  );
  const key = fc.constantFrom('', `UP-${number}`, 'UP-0', 'up-1', 'UP-999999999999');
  const typed = fc.tuple(verb, key, hostileText()).map((parts) => parts.join(' '));
  await fc.assert(
    fc.asyncProperty(anybody, fc.oneof(typed, hostileText()), (person, text) =>
      shown(() => world.type(person, text)),
    ),
    cases(0.31),
  );
  await world.settle(new Date('2026-12-05T22:00:00Z'));
});

test('status lines, issues, reasons and advice by those whose word goes out', async () => {
  const number = await runningUpgrade();
  const upgrade = await world.newest();
  const metadata = JSON.stringify({ upgradeId: upgrade?.id, channelId: 'CCRMUPGRADE' });
  const form = fc.constantFrom(
    ...[
      'upgrade.status',
      'upgrade.issue',
      'upgrade.resolve',
      'upgrade.cancel',
      'rollback.ask',
      'rollback.advise',
    ],
  );
  let told = 0;
  await fc.assert(
    fc.asyncProperty(form, hostileText(), async (name, text) => {
      const values = { text, number: told % 2 ? text : String(told), why: text };
      await shown(async () => {
        await world.submit('dana', `${name}.submit`, metadata, values);
        await world.settle(++told % 10 === 0 ? new Date(started.getTime() + told * 6_000) : undefined);
      });
    }),
    cases(0.2),
  );
  await world.type('mia', `record UP-${number}`);
  await world.click('mia', 'timeline.download', String(upgrade?.id));
  await world.openHome('dana');
  await world.settle();
});

test('a plan whose every text is hostile lives from draft to survey', async () => {
  const texts = fc.tuple(
    ...PLAN_TEXTS.map(([path, most]) =>
      (path[1] === 'timezone' ? hostileZone() : hostileWords(most)).map((text) => [path, text] as const),
    ),
  );
  const some = fc.tuple(
    texts,
    fc.array(fc.boolean(), { minLength: PLAN_TEXTS.length, maxLength: PLAN_TEXTS.length }),
  );
  const words = fc.record({
    why: hostileLine(1_500),
    changed: hostileLine(2_000),
    answer: hostileLine(1_000),
    ballot: fc.constantFrom('roll_back', 'roll_back', 'keep_going', 'keep_going', 'more_time', 'silence'),
  });
  const ends: (State | undefined)[] = [];
  await fc.assert(
    fc.asyncProperty(some, words, async ([all, chosen], said) => {
      await world.reset();
      const before = world.checked();
      const yaml = planWith(all.filter((_, index) => chosen[index]).map(([path, text]) => [[...path], text]));
      const taken = await world.submit('dana', 'planning.import.submit', '{}', { yaml });
      expect(world.checked()).toBeGreaterThan(before);
      const upgrade = await world.newest();
      if (!taken || !upgrade) return;
      ends.push(await live(upgrade.id, upgrade.number, said));
    }),
    cases(0.03),
  );
  const ended = (as: State) => ends.filter((end) => end === as).length;
  expect(ended('completed') + ended('rolled_back')).toBeGreaterThan(ends.length / 2);
  expect(Math.min(ended('completed'), ended('rolled_back'))).toBeGreaterThan(0);
});

interface Said {
  why: string;
  changed: string;
  answer: string;
  /** What the sponsor answers when a rollback is asked for; nothing for `silence`. */
  ballot: string;
}

/** Returns the state that it ended in, before it was closed. */
async function live(id: number, number: number, said: Said): Promise<State | undefined> {
  const key = `UP-${number}`;
  const metadata = JSON.stringify({ upgradeId: id, channelId: 'CCRMUPGRADE' });
  for (const verb of ['show', 'edit', 'schedule']) await world.type('dana', `${verb} ${key}`);
  await world.click('mia', 'planning.preview', String(id));
  await world.submit('dana', 'upgrade.reschedule.submit', metadata, {
    date: '2026-12-06',
    time: '22:00',
    why: said.why,
  });
  await world.settle(new Date('2026-12-06T21:00:00Z'));
  await world.type('dana', `start ${key}`);
  await world.submit('uma', 'upgrade.issue.submit', metadata, { text: said.why });
  await world.type('dana', `rollback ${key} ${said.why}`);
  await world.settle(new Date('2026-12-06T21:05:00Z'));
  for (const name of ['dana', 'priya']) await world.openHome(name);
  if (said.ballot !== 'silence') await world.click('priya', `rollback.vote.${said.ballot}`, '1');
  await world.settle(new Date('2026-12-06T21:50:00Z'));
  for (const verb of ['done', 'done', 'list', 'deliveries', ''])
    await world.type('dana', `${verb} ${key}`.trim());
  await world.submit('dana', 'upgrade.complete.submit', metadata, {
    'checks.1': ['1', '2', '3', '4', '5', '6'],
    what_changed: said.changed,
    known_issues: said.changed,
  });
  const end = (await world.newest())?.state;
  await world.settle(new Date('2026-12-15T12:00:00Z'));
  for (const name of ['emma', 'arjun', 'lena', 'tom']) {
    await world.click(name, 'survey.answer', String(id));
    const values = {
      satisfaction: '2',
      kind: 'bug',
      difficulty: said.answer,
      suggestion: said.why,
      mayName: ['yes'],
    };
    await world.submit(name, 'survey.submit', String(id), values);
  }
  await world.settle(new Date('2027-01-10T12:00:00Z'));
  for (const verb of ['close', 'record', 'deliveries']) await world.type('dana', `${verb} ${key}`);
  return end;
}

test('a plan’s form, whatever is in it', async () => {
  const key = fc.oneof(
    fc.constantFrom(
      'upgrade',
      'window.date',
      'window.time',
      'window.timezone',
      'window.phases',
      'window.choice',
    ),
    fc.constantFrom('people.lead', 'people.operations', 'channels.room', 'audience.groups', 'acceptance'),
    fc.constantFrom(
      '__proto__',
      '__proto__.polluted',
      'constructor.prototype.x',
      'upgrade.deeper',
      '',
      '.',
      '..',
    ),
    hostileLine(40),
  );
  const value = fc.oneof(hostileText(), fc.array(hostileLine(100), { maxLength: 5 }));
  const metadata = fc.oneof(fc.constant('{}'), hostileLine(200));
  await world.submit('dana', 'planning.import.submit', '{}', { yaml: shippedPlanText });
  const shipped = await world.newest();
  const good = fc.constantFrom({}, shipped ? valuesOf(shipped.plan) : {});
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(key, value, { noNullPrototype: true }),
      good,
      metadata,
      async (bad, rest, remembered) => {
        const values = { ...rest, ...bad };
        await shown(() => world.submit('dana', 'planning.plan.submit', remembered, values));
        expect('polluted' in {}).toBe(false);
      },
    ),
    cases(0.16),
  );
});

test('a survey’s answers, whatever is in them', async () => {
  const value = fc.oneof(
    hostileText(),
    fc.array(hostileLine(40), { maxLength: 3 }),
    fc.constantFrom('1', '5', '6'),
  );
  const values = fc.record({
    satisfaction: value,
    kind: value,
    difficulty: value,
    suggestion: value,
    mayName: value,
  });
  await fc.assert(
    fc.asyncProperty(values, hostileLine(40), async (answers, metadata) => {
      await shown(() => world.submit('emma', 'survey.submit', metadata, answers));
    }),
    cases(0.07),
  );
});

test('a file that is no plan, or almost one', async () => {
  const almost = fc
    .tuple(fc.nat(shippedPlanText.length), fc.nat(40), hostileText())
    .map(([at, gone, text]) => shippedPlanText.slice(0, at) + text + shippedPlanText.slice(at + gone));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(almost, hostileText()),
      hostileLine(100),
      fc.boolean(),
      async (yaml, name, uploaded) => {
        const values = uploaded ? { file: [world.upload(name, yaml)] } : { yaml };
        await shown(() => world.submit('dana', 'planning.import.submit', '{}', values));
      },
    ),
    cases(0.13),
  );
});

test('an upgrade that is called off for whatever reason', async () => {
  await fc.assert(
    fc.asyncProperty(hostileLine(1_500), async (why) => {
      await world.reset();
      await world.submit('dana', 'planning.import.submit', '{}', { yaml: shippedPlanText });
      const upgrade = await world.newest();
      await world.type('dana', `schedule UP-${upgrade?.number}`);
      await world.settle();
      const metadata = JSON.stringify({ upgradeId: upgrade?.id, channelId: 'CCRMUPGRADE' });
      await shown(() => world.submit('priya', 'upgrade.cancel.submit', metadata, { why }));
      await world.settle();
      expect((await world.newest())?.state).toBe('cancelled');
    }),
    cases(0.02),
  );
});

test('pages of a preview, and people and channels with names of all kinds', async () => {
  const number = await runningUpgrade();
  const id = String((await world.newest())?.id);
  const page = fc.oneof(hostileLine(20), fc.constantFrom('1', '2', '-1', '1e9', '0x1', 'NaN', ''));
  const turned = fc.tuple(fc.constantFrom(id, id, id, '0'), page).map((parts) => parts.join(':'));
  await fc.assert(
    fc.asyncProperty(hostileLine(80), hostileLine(80), turned, async (person, channel, value) => {
      world.rename(person, channel);
      await shown(() => world.click('mia', 'planning.preview.turn.1', value));
      await shown(() => world.type('mia', `cancel UP-${number}`));
      await shown(() => world.type('dana', `rollback UP-${number} again`));
      await shown(() => world.submit('dana', 'planning.import.submit', '{}', { yaml: shippedPlanText }));
      await shown(() => world.openHome('priya'));
    }),
    cases(0.08),
  );
});

test('any text at all is a plan or has problems; a start or none', () => {
  fc.assert(
    fc.property(hostileText(), (text) => {
      const { plan, problems } = parsePlan(text);
      expect(Boolean(plan)).toBe(problems === undefined);
    }),
    cases(0.15),
  );
  const when = fc.tuple(
    fc.constantFrom('', '2026-12-05 ', 'tomorrow ', 'in ', '5/6 ', '25:00 '),
    hostileText(),
  );
  fc.assert(
    fc.property(when, ([begin, rest]) => {
      const read = readStart(begin + rest, 'Europe/Berlin', started, started);
      if (read.kind === 'start') expect(Number.isNaN(read.start.getTime())).toBe(false);
    }),
    cases(0.15),
  );
});
