import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { readVersion } from '../version.ts';
import { explain } from './explain.ts';

/** What the shell expects: 0 done, 1 it failed, 2 it was asked for wrongly or is not configured. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs one command line (without `node` and the script) and resolves to its exit code; errors go to stderr. Each command
 * loads what it needs when it is asked for: --help must not wait for Slack's libraries.
 */
export async function runCommand(words: string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = commandLine((result) => {
    code = result;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return explain(error);
  }
}

function commandLine(finish: (code: ExitCode) => void): Command {
  const program = new Command('watchbell')
    .description('Runs the communication plan of a system-upgrade window in Slack.')
    .version(readVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(watchbell --help shows what there is)')
    .exitOverride();
  program
    .command('start')
    .description('run the bot until it is told to stop (SIGTERM or Ctrl-C)')
    .addOption(
      new Option('--role <role>', 'web answers people, worker keeps the time and posts')
        .choices(['all', 'web', 'worker'])
        .default('all'),
    )
    .action(async (options) => finish(await (await import('./start.ts')).start(options)));
  program
    .command('migrate')
    .description('bring the database and the queue up to date')
    .action(async () => finish(await (await import('./migrate.ts')).migrate()));
  program
    .command('doctor')
    .description('check the configuration, the database, the queue and Slack')
    .action(async () => finish(await (await import('./doctor.ts')).checkHealth()));
  addDemo(program, finish);
  addPlan(program, finish);
  return program;
}

function addDemo(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('demo')
    .description('watch an upgrade in a Slack that runs on this machine')
    .option('--autopilot', 'play two upgrades without a person, and check every message', false)
    .option(
      '--queue <queue>',
      'where the jobs are kept: postgres (the built-in one), redis, or the URL of either',
      'postgres',
    )
    .option('--port <number>', 'where the page is served', portNumber)
    .action(async (options) => finish(await (await import('./demo.ts')).playDemo(options)));
}

function addPlan(program: Command, finish: (code: ExitCode) => void): void {
  const plan = program.command('plan').description('work with plan files');
  plan
    .command('lint')
    .description('say what is wrong with a plan, with line and column')
    .argument('<file>', 'a YAML file, or - for standard input')
    .action(async (file) => finish(await (await import('./plan-lint.ts')).lintPlan(file)));
  plan
    .command('import')
    .description('make a draft upgrade of a plan, in the workspace of the bot token')
    .argument('<file>', 'a YAML file, or - for standard input')
    .requiredOption('--as <person>', 'who plans it: an e-mail, @name or Slack id')
    .action(async (file, options) =>
      finish(await (await import('./plan-import.ts')).importPlan(file, options)),
    );
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a port number, 0 to 65535.');
}
