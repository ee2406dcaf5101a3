import type { RunCommand } from '../slack/dispatch.ts';
import type { Slice, Waiting } from '../slice.ts';
import { publishHome } from './publish-home.ts';
import { showMenu } from './show-menu.ts';

/** App Home and what `/upgrade` alone shows, from what every slice says is waiting. */
export function createHome(waiting: Waiting[]): { slice: Slice; showMenu: RunCommand } {
  return {
    slice: { surface: { home: (call) => publishHome(call.context, call.actor, waiting) } },
    showMenu: (call) => showMenu(call, waiting),
  };
}
