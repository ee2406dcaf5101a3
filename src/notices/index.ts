import type { Slice } from '../slice.ts';
import { previewNotices } from './preview.ts';
import { renderNotice, sendNotice } from './send-notice.ts';
import { changeFollowers, MOVED, renderMoved } from './tell-changes.ts';
import { progressFollowers } from './tell-progress.ts';
import { ROLE_KIND, renderRole } from './tell-roles.ts';
import { tellAudience } from './tell-start.ts';
import { awaitStart, callOverdue, startRenderers } from './watch-start.ts';

/** What people hear of the window: their role in it, notices ahead of it, changes, start, delay and end. */
export const notices: Slice = {
  handlers: [sendNotice, awaitStart, callOverdue, tellAudience],
  renderers: { notice: renderNotice, [ROLE_KIND]: renderRole, [MOVED]: renderMoved, ...startRenderers },
  followers: [...changeFollowers, ...progressFollowers],
  preview: previewNotices,
};
