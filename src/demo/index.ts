import type { RunDemo } from '../cli/demo.ts';
import { WatchbellError } from '../errors.ts';

export const runDemo: RunDemo = async () => {
  throw new WatchbellError('unavailable', 'The demo is not part of this build.');
};
