import { readPunctuality, sayPunctuality } from '../outbox/index.ts';
import { getRecord } from '../record/index.ts';
import { actions, button } from '../slack/blocks.ts';
import type { Call } from '../slack/surface.ts';
import type { Slice } from '../slice.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { chooseUpgrade, getMeant } from '../upgrade/choose-upgrade.ts';
import { titleOf } from '../upgrade/offers.ts';
import { keyOf, listAcceptance, listIssues, type Upgrade } from '../upgrade/store.ts';
import { groupEntries } from './group-entries.ts';
import { recordAsMarkdown } from './markdown.ts';
import { readNames } from './names.ts';
import { newestLines } from './timeline-blocks.ts';

/** The upgrade record: what happened, who did it, who was told, as a timeline and as a file to keep. */
export const timeline: Slice = {
  surface: {
    commands: [
      {
        verb: 'record',
        usage: 'record [UP-n]',
        summary: 'show what happened, who did it and who was told; download it as Markdown',
        async run(call) {
          const chosen = await chooseUpgrade(call, { command: 'record', verbs: ['view'] });
          if (chosen) await showRecord(call, chosen.upgrade);
        },
      },
    ],
    actions: [
      { actionId: 'timeline.record', run: async (call) => showRecord(call, await getMeant(call)) },
      { actionId: 'timeline.download', run: async (call) => sendRecord(call, await getMeant(call)) },
    ],
  },
};

async function showRecord(call: Call, upgrade: Upgrade): Promise<void> {
  const { context, actor } = call;
  await admitViewer(context, actor);
  const lines = groupEntries(await getRecord(context.db, actor.teamId, upgrade.id));
  const newest = newestLines(lines, upgrade.plan.window.timezone);
  const heading = context.templates.render('record', {
    title: titleOf(upgrade),
    shown: newest.shown,
    total: lines.length,
    punctuality: await punctualityOf(call, upgrade),
  });
  const download = button({
    text: 'Download as Markdown',
    actionId: 'timeline.download',
    value: String(upgrade.id),
  });
  await call.reply({
    text: `${heading.text}\n${newest.text}`,
    blocks: [...heading.blocks, ...newest.blocks, actions([download])],
  });
}

/** Sends the whole record as a file to this person's direct messages. */
async function sendRecord(call: Call, upgrade: Upgrade): Promise<void> {
  const { context, actor } = call;
  await admitViewer(context, actor);
  const slack = context.slack.of(actor.teamId);
  const content = recordAsMarkdown({
    upgrade,
    entries: await getRecord(context.db, actor.teamId, upgrade.id),
    issues: await listIssues(context.db, upgrade.id),
    acceptance: await listAcceptance(context.db, upgrade.id),
    punctuality: await punctualityOf(call, upgrade),
    names: await readNames(slack),
  });
  const key = keyOf(upgrade);
  await slack.sendFile(actor.userId, {
    name: `${key}-record.md`,
    title: `Record of ${titleOf(upgrade)}`,
    content,
  });
  await call.reply(`The record of ${key} is in your direct messages with me, as ${key}-record.md.`);
}

async function punctualityOf({ context }: Call, { teamId, id }: Upgrade): Promise<string | null> {
  const punctuality = await readPunctuality(context.db, teamId, id);
  return punctuality ? sayPunctuality(punctuality) : null;
}
