import { edit, type Mutant } from './mutant.ts';

/** Of what is due, of what people may do, and of what is said. */
export const OF_ACTS: Mutant[] = [
  {
    name: 'heartbeat-from-memory',
    expects: { kind: 'wrong', finding: /open issues/ },
    edits: [
      edit(
        'heartbeat/send-heartbeat.ts',
        'issues: issues.filter(({ upgradeId }) => upgradeId === upgrade.id),',
        'issues: (memory[upgrade.id] ??= issues.filter(({ upgradeId }) => upgradeId === upgrade.id)),',
      ),
      edit(
        'heartbeat/send-heartbeat.ts',
        'async function recordShortcomings(',
        'const memory: Record<number, Awaited<ReturnType<typeof listIssuesOf>>> = {};\nasync function recordShortcomings(',
      ),
    ],
  },
  {
    name: 'reschedule-takes-nothing-back',
    expects: { kind: 'wrong', finding: /notice/ },
    edits: [
      edit('notices/rules.ts', '[(notice, { revision }) => notice.revision !== revision, () => moved],', ''),
      edit('notices/tell-changes.ts', "await cancelRows(unit, upgradeId, ['notice'], reason);", ''),
      edit(
        'notices/tell-changes.ts',
        "await cancelDeliveries(unit, upgradeId, ['notice', MOVED], reason);",
        '',
      ),
    ],
  },
  {
    name: 'vote-without-authority',
    expects: { kind: 'wrong', finding: /rollback\.(decided|extended) by .*who may not/ },
    edits: [
      edit(
        'upgrade/authority.ts',
        "verb === 'decide' && !escalated ? ['sponsor'] : [...ALLOWED[verb]]",
        "verb === 'decide' ? [...ROLES] : [...ALLOWED[verb]]",
      ),
    ],
  },
  {
    name: 'deadline-from-wall-clock',
    expects: { kind: 'early', finding: /deputy called|silence/ },
    edits: [
      edit(
        'rollback/open-decision.ts',
        'deriveDeadlines(upgrade.plan, unit.now)',
        'deriveDeadlines(upgrade.plan, new Date())',
      ),
    ],
  },
  {
    name: 'second-click-counts',
    expects: { kind: 'wrong', finding: /upgrade\.started by .* when it was in_progress/ },
    edits: [
      edit(
        'upgrade/lifecycle.ts',
        "start: { from: ['scheduled'],",
        "start: { from: ['scheduled', 'in_progress'],",
      ),
    ],
  },
  {
    name: 'survey-asks-twice',
    expects: { kind: 'wrong', finding: /nobody asked for survey/ },
    edits: [
      edit(
        'survey/invite-people.ts',
        "kind: INVITATION, slot: 'survey'",
        'kind: INVITATION, slot: String(unit.now.getTime())',
      ),
    ],
  },
  {
    name: 'due-two-minutes-ahead',
    expects: { kind: 'early', finding: /./ },
    edits: [
      edit(
        'timetable/store.ts',
        'now.toISOString()}::timestamptz\n    and',
        'new Date(now.getTime() + 120_000).toISOString()}::timestamptz\n    and',
      ),
    ],
  },
  {
    name: 'nobody-sees-the-silence',
    expects: { kind: 'wrong', finding: /silence means/ },
    edits: [
      edit(
        'rollback/rules.ts',
        "rollback.onSilence === 'roll-back' ? 'roll_back' : 'keep_going'",
        "rollback.onSilence === 'roll-back' ? 'keep_going' : 'keep_going'",
      ),
    ],
  },
  {
    name: 'vote-changes-nothing',
    expects: { kind: 'wrong', finding: /tried to vote .*(never answered|was told|as was allowed)/ },
    edits: [
      edit(
        'rollback/cast-vote.ts',
        ': await takeDecision(unit, actor, upgrade, open, { choice: ballot, how });',
        ': open;',
      ),
    ],
  },
  {
    name: 'never-asks-by-itself',
    expects: { kind: 'lost', finding: /no decision was asked for/ },
    edits: [
      edit(
        'rollback/deadlines.ts',
        `if (upgrade.state !== 'in_progress') return { skipped: late.closed };`,
        'if (upgrade.id) return { skipped: late.closed };',
      ),
    ],
  },
  {
    name: 'due-four-minutes-late',
    expects: { kind: 'lost', finding: /./ },
    edits: [
      edit(
        'timetable/store.ts',
        `now.toISOString()}::timestamptz
    and`,
        `new Date(now.getTime() - 240_000).toISOString()}::timestamptz
    and`,
      ),
    ],
  },
  {
    name: 'decided-twice',
    expects: { kind: 'wrong', finding: /rollback\.\w+ by .* when it was/ },
    edits: [edit('rollback/settled.ts', `if (decision.state !== 'open') throw new Settled(decision);`, '')],
  },
  {
    name: 'window-three-minutes-off',
    expects: { kind: 'wrong', finding: /its window starts/ },
    edits: [
      edit(
        'upgrade/window.ts',
        '=> instantOf(window.start, window.timezone);',
        '=> new Date(instantOf(window.start, window.timezone).getTime() + 180_000);',
      ),
    ],
  },
  {
    name: 'survey-answers-lost',
    expects: { kind: 'wrong', finding: /the results speak|not thanked/ },
    edits: [edit('survey/answer-survey.ts', 'await writeAnswer(unit, survey.id, actor.userId, answer);', '')],
  },
  {
    name: 'nudges-everybody',
    expects: { kind: 'wrong', finding: /was reminded/ },
    edits: [
      edit(
        'survey/store.ts',
        `eq(surveyInvitation.nudgeAt, at),
        isNull(surveyAnswer.userId),`,
        'eq(surveyInvitation.nudgeAt, at),',
      ),
      edit(
        'survey/invite-people.ts',
        'if (await findAnswer(context.db, survey.id, target)) return { withdrawn: late.meanwhile };',
        '',
      ),
    ],
  },
  {
    name: 'anybody-calls-off',
    expects: { kind: 'wrong', finding: /upgrade\.cancelled by .*who may not/ },
    edits: [edit('upgrade/authority.ts', `cancel: ['lead', 'sponsor'],`, 'cancel: [...ROLES],')],
  },
  {
    name: 'headline-stands-still',
    expects: { kind: 'lost', finding: /headline was not drawn anew/ },
    edits: [
      edit(
        'headline/index.ts',
        `if (upgrade.state === 'scheduled' || isRunning(upgrade)) await touch(unit, headlineOf(upgrade));`,
        '',
      ),
    ],
  },
  {
    name: 'issue-twice',
    expects: { kind: 'wrong', finding: /issue\.opened by .*so often/ },
    edits: [
      edit(
        'upgrade/slack/report.ts',
        'const { upgrade, issue } = await openIssue(call.context, call.actor, upgradeId, text);',
        `await openIssue(call.context, call.actor, upgradeId, text);
  const { upgrade, issue } = await openIssue(call.context, call.actor, upgradeId, text);`,
      ),
    ],
  },
  {
    name: 'no-lock-on-the-upgrade',
    expects: { kind: 'wrong', finding: /when it was|so often/ },
    edits: [
      edit(
        'upgrade/store.ts',
        `eq(upgrade.id, id)))
    .for('update');`,
        'eq(upgrade.id, id)));',
      ),
    ],
  },
];
