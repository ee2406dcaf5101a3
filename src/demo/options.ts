/** How `watchbell demo` was asked for. */
export interface DemoOptions {
  /** Play two upgrades without a person, check every message, and come to an end. */
  autopilot: boolean;
  /** Where the jobs are kept: `postgres` (also when absent), `redis` for one of its own, or a URL. */
  queue?: string;
  /** Where the page is served; absent: the demo chooses. */
  port?: number;
}

/** Runs until it is stopped, or, on autopilot, to its end: 1 when a check failed. */
export type RunDemo = (options: DemoOptions) => Promise<0 | 1>;
