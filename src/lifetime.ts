import { realMilliseconds } from './clock.ts';

/** Something that runs until it is told to stop. */
export interface Running {
  stop(): Promise<void>;
}

const STOP_MS = 20_000;
/** `npm run` passes on a Ctrl-C that the terminal has sent already. */
const ECHO_MS = 500;

/**
 * Starts it, waits for SIGTERM or SIGINT, and stops it within a deadline; a second signal ends the process at once.
 * Resolves to the exit code.
 */
export async function runUntilStopped(start: () => Promise<Running>): Promise<0 | 1> {
  const asked = firstSignal();
  const running = await start();
  await asked;
  const late = setTimeout(() => {
    process.stderr.write(
      'watchbell: did not stop in time. What was claimed is taken over by the next process.\n',
    );
    process.exit(1);
  }, STOP_MS);
  try {
    await running.stop();
    return 0;
  } finally {
    clearTimeout(late);
  }
}

function firstSignal(): Promise<void> {
  let first: number | undefined;
  return new Promise((resolve) => {
    const hear = () => {
      const now = realMilliseconds();
      if (first !== undefined && now - first > ECHO_MS) process.exit(1);
      first ??= now;
      resolve();
    };
    process.on('SIGTERM', hear);
    process.on('SIGINT', hear);
  });
}
