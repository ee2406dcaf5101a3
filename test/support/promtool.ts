import { spawnSync } from 'node:child_process';

/** Whether Prometheus' own checks can run here; where they cannot, that is said aloud, and refused where they are required. */
export const hasPromtool: boolean = findPromtool();

function findPromtool(): boolean {
  if (spawnSync('promtool', ['--version']).status === 0) return true;
  if (process.env.WATCHBELL_REQUIRE_PROMTOOL === '1') {
    throw new Error('promtool is not on the PATH, and WATCHBELL_REQUIRE_PROMTOOL=1 asks for it.');
  }
  console.warn(
    'SKIPPED: the checks of alerts and dashboard, since promtool is not on the PATH (Debian: apt-get install prometheus).',
  );
  return false;
}
