import { runUntilStopped } from '../lifetime.ts';
import type { RunDemo } from './options.ts';
import { openPostgres } from './postgres.ts';

/**
 * A whole upgrade to watch in a browser, or two that play themselves and check every message. Postgres starts while the
 * rest of the program is being read.
 */
export const runDemo: RunDemo = (options) => {
  console.log('Watchbell: starting a Slack, a Postgres and the bot on this machine …');
  if (options.autopilot) return play(options);
  return runUntilStopped(async () => {
    const postgres = openPostgres();
    try {
      const { show } = await import('./show.ts');
      const shown = await show(options, postgres.url);
      return {
        stop: async () => {
          await shown.stop();
          await postgres.stop();
        },
      };
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  });
};

const play: RunDemo = async ({ queue }) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const postgres = openPostgres();
  try {
    const { playAutopilot } = await import('./autopilot/index.ts');
    return await playAutopilot({ queue, databaseUrl: postgres.url });
  } finally {
    await postgres.stop();
  }
};
