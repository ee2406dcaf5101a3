import type { ActionCall, CommandCall } from '../slack/surface.ts';
import type { Preview, Slice } from '../slice.ts';
import { chooseUpgrade, getMeant } from '../upgrade/choose-upgrade.ts';
import type { Verb } from '../upgrade/lifecycle.ts';
import { listUpgrades, type Upgrade } from '../upgrade/store.ts';
import { openNewPlan, openPlan, submitPlan } from './fill-plan.ts';
import { IMPORT_SUBMIT, importPlan, openImport, submitImport } from './import-plan.ts';
import { listPlans, NOT_OVER } from './list-plans.ts';
import { PLAN_SUBMIT } from './plan-modal.ts';
import { openPreview, turnPreview } from './preview-messages.ts';
import { PREVIEW_TURN } from './preview-pages.ts';
import { showPlan } from './show-plan.ts';

type Deed = (call: CommandCall | ActionCall, upgrade: Upgrade) => Promise<void>;

/** Plans in Slack: write, import, look at, and preview what every slice will say. */
export function createPlanning(previews: Preview[]): Slice {
  return {
    surface: {
      commands: [
        { verb: 'new', usage: 'new', summary: 'plan an upgrade in a form', run: openNewPlan },
        {
          verb: 'edit',
          usage: 'edit [UP-n]',
          summary: 'change the plan of a draft',
          run: typed('edit', ['plan'], openPlan),
        },
        {
          verb: 'import',
          usage: 'import [UP-n] [yaml]',
          summary:
            'make a draft from a plan in YAML, pasted or uploaded; with a key, replace that draft’s plan',
          run: importPlan,
        },
        {
          verb: 'list',
          usage: 'list',
          summary: 'list the open upgrades and the latest that are over',
          run: listPlans,
        },
        {
          verb: 'show',
          usage: 'show [UP-n]',
          summary: 'show a plan, and preview every message with its time',
          run: showTyped,
        },
      ],
      actions: [
        { actionId: 'planning.new', run: openNewPlan },
        { actionId: 'planning.edit', run: pressed(openPlan) },
        { actionId: 'planning.import', run: openImport },
        { actionId: 'planning.list', run: listPlans },
        { actionId: 'planning.show', run: pressed(showPlan) },
        { actionId: 'planning.preview', run: (call) => openPreview(call, previews) },
        { actionId: `${PREVIEW_TURN}.*`, run: (call) => turnPreview(call, previews) },
      ],
      views: [
        { callbackId: PLAN_SUBMIT, submit: submitPlan },
        { callbackId: IMPORT_SUBMIT, submit: submitImport },
      ],
    },
  };
}

/** A command about one upgrade; where several could be meant, the person has been asked. */
const typed = (command: string, verbs: Verb[], deed: Deed) => async (call: CommandCall) => {
  const chosen = await chooseUpgrade(call, { command, verbs });
  if (chosen) await deed(call, chosen.upgrade);
};

/** Of a channel's upgrades the one that is not over is meant, if there is just one. */
const showTyped = async (call: CommandCall) => {
  const { context, actor, channelId: room } = call;
  const open = room ? await listUpgrades(context.db, actor.teamId, { room, states: NOT_OVER }) : [];
  const [only, ...more] = open;
  if (only && more.length === 0 && call.text === '') return showPlan(call, only);
  return typed('show', ['view'], showPlan)(call);
};

const pressed = (deed: Deed) => async (call: ActionCall) => deed(call, await getMeant(call));
