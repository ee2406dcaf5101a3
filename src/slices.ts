import { deliveries } from './deliveries/index.ts';
import { headline } from './headline/index.ts';
import { heartbeat } from './heartbeat/index.ts';
import { createHome } from './home/index.ts';
import { notices } from './notices/index.ts';
import { createPlanning } from './planning/index.ts';
import { rollback } from './rollback/index.ts';
import type { Slice } from './slice.ts';
import { survey } from './survey/index.ts';
import { timeline } from './timeline/index.ts';
import { lifecycle } from './upgrade/index.ts';

/** Every capability. A new one is added to this list and nowhere else. */
const capabilities: Slice[] = [
  lifecycle,
  headline,
  notices,
  heartbeat,
  rollback,
  survey,
  timeline,
  deliveries,
];

const home = createHome(capabilities.flatMap((slice) => slice.waiting ?? []));

const planning = createPlanning(capabilities.flatMap((slice) => slice.preview ?? []));

export const slices: Slice[] = [planning, ...capabilities, home.slice];

/** What `/upgrade` alone shows. */
export const showMenu = home.showMenu;
