import type { RunDemo } from '../demo/options.ts';

/** Loaded only when asked for: a bot in production holds nothing of the demo. */
export const playDemo: RunDemo = async (options) => {
  const { runDemo } = await import('../demo/index.ts');
  return runDemo(options);
};
