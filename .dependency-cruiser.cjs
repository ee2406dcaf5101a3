/**
 * Which way imports run: capabilities → upgrade → record, timetable, outbox, workspace → context → platform. Capabilities
 * never import each other: they meet through rows and facts, and app.ts binds them.
 */
const platform =
  '^src/(clock|errors|config|config-table|lifetime|config-variables|logger|trace|version)[.]ts$|^src/(db|jobs)/';
const surface = '^src/(slack|templates)/|^src/context[.]ts$';
const ground = '^src/(record|timetable|outbox|workspace)/';
const upgrade = '^src/upgrade/|^src/slice[.]ts$';
const shell = '^src/(main|app|slices)[.]ts$|^src/(cli|doctor|demo|sandbox)/';
const notACapability = `${platform}|${surface}|${ground}|${upgrade}|${shell}`;
const tests = '[.]test[.]tsx?$';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'no-circles',
      'Parts that import each other are one part.',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    forbid(
      'platform-at-the-bottom',
      'The platform knows nothing of Slack and of upgrades.',
      { path: platform, pathNot: tests },
      { path: '^src/', pathNot: platform },
    ),
    forbid(
      'surface-above-platform',
      'Slack, templates and the context stand on the platform alone.',
      { path: surface, pathNot: tests },
      { path: '^src/', pathNot: `${platform}|${surface}` },
    ),
    forbid(
      'ground-below-upgrade',
      'Record, timetable, outbox and workspace serve every capability and know none.',
      { path: ground, pathNot: tests },
      { path: '^src/', pathNot: `${platform}|${surface}|${ground}` },
    ),
    forbid(
      'upgrade-below-capabilities',
      'The upgrade does not know what is made of it.',
      { path: upgrade, pathNot: tests },
      { path: '^src/', pathNot: `${platform}|${surface}|${ground}|${upgrade}` },
    ),
    forbid(
      'no-siblings',
      'Capabilities meet through rows and facts, never through imports.',
      { path: '^src/([^/]+)/', pathNot: notACapability },
      { path: '^src/[^/]+/', pathNot: `${notACapability}|^src/$1/` },
    ),
    forbid(
      'shell-on-top',
      'Nothing below reaches up into the program that binds it.',
      { path: '^src/', pathNot: `${shell}|${tests}` },
      { path: shell },
    ),
    forbid(
      'sandbox-apart',
      'The Slack that runs here is for the demo and for tests.',
      { path: '^src/', pathNot: `^src/(sandbox|demo)/|${tests}` },
      { path: '^src/sandbox/' },
    ),
    forbid(
      'sandbox-knows-no-bot',
      'The Slack that runs here must not know what it is used for.',
      { path: '^src/sandbox/', pathNot: tests },
      { path: '^src/', pathNot: '^src/sandbox/|^src/(clock|errors)[.]ts$' },
    ),
    forbid(
      'demo-by-command',
      'The demo is loaded only when it is asked for.',
      { path: '^src/', pathNot: `^src/(demo/|cli/demo[.]ts)|${tests}` },
      { path: '^src/demo/' },
    ),
    forbid(
      'demo-knows-no-command-line',
      'The command line loads the demo, not the other way round.',
      { path: '^src/demo/' },
      { path: '^src/cli/' },
    ),
    forbid(
      'no-tests-in-the-program',
      'What runs in production imports no test.',
      { path: '^src/', pathNot: tests },
      { path: `^test/|${tests}` },
    ),
    forbid(
      'one-queue',
      'BullMQ and ioredis stay behind the port, except where they are measured against or struck.',
      { path: '^(src|test)/', pathNot: '^src/jobs/bullmq/|^test/(bench/contestants|faults)/' },
      { path: '^node_modules/(bullmq|ioredis)/' },
    ),
    forbid(
      'one-database-driver',
      'SQL goes through db/.',
      { path: '^src/', pathNot: `^src/(db|jobs/bullmq)/|${tests}` },
      { path: '^node_modules/pg/' },
    ),
    forbid(
      'one-slack',
      'Slack is reached through its port.',
      { path: '^src/', pathNot: `^src/(slack|doctor|sandbox)/|${tests}` },
      { path: '^node_modules/@slack/(bolt|web-api|socket-mode)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'pure-rules',
      'A rule is given its facts: it reads no table, no queue, no Slack.',
      {
        path: '^src/.*/(rules|blocks)[.]tsx?$|^src/upgrade/(window|lifecycle|authority)[.]ts$|^src/upgrade/plan/',
        pathNot: tests,
      },
      {
        path: '^src/(db|jobs|outbox|timetable|record|workspace)/|^src/slack/(client|web-caller|workspace-reader)|^src/(config|logger)',
        pathNot: '^src/timetable/late-policy[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid('no-ghosts', 'Every import resolves.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
