import type { Slice } from '../slice.ts';
import { previewNotices } from './preview.ts';
import { renderNotice, sendNotice } from './send-notice.ts';
import { changeFollowers } from './tell-changes.ts';
import { progressFollowers } from './tell-progress.ts';

/** What the people who are affected hear: notices ahead of the window, changes, start and end. */
export const notices: Slice = {
  handlers: [sendNotice],
  renderers: { notice: renderNotice },
  followers: [...changeFollowers, ...progressFollowers],
  preview: previewNotices,
};
