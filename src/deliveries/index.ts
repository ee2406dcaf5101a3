import type { ActionCall } from '../slack/surface.ts';
import type { Slice } from '../slice.ts';
import { chooseUpgrade, getMeant } from '../upgrade/choose-upgrade.ts';
import { sayKind } from '../upgrade/explain-refusal.ts';
import { LEDGER_ACTION, RETRY_ACTION, renderStuck, STUCK } from '../upgrade/tell-lead.ts';
import { retryDelivery } from './retry-delivery.ts';
import { showLedger } from './show-ledger.ts';
import { tellFailedStep } from './tell-failed-step.ts';
import { tellLeftOut } from './tell-left-out.ts';

/** The ledger of what was sent, how late, and what was not; and what people can do about it. */
export const deliveries: Slice = {
  surface: {
    commands: [
      {
        verb: 'deliveries',
        usage: 'deliveries [UP-n]',
        summary: 'Show what was sent and how late, what failed and what was left out',
        async run(call) {
          const chosen = await chooseUpgrade(call, { command: 'deliveries', verbs: ['view'] });
          if (chosen) await showLedger(call, chosen.upgrade);
        },
      },
    ],
    actions: [
      { actionId: LEDGER_ACTION, run: async (call) => showLedger(call, await getMeant(call)) },
      { actionId: RETRY_ACTION, run: tryAgain },
      { actionId: `${RETRY_ACTION}.*`, run: tryAgain },
    ],
  },
  followers: [tellFailedStep, tellLeftOut],
  renderers: { [STUCK]: renderStuck },
};

async function tryAgain(call: ActionCall): Promise<void> {
  const { delivery, tried } = await retryDelivery(call.context, call.actor, call.value);
  const kind = sayKind(delivery.kind);
  const again = tried === 1 ? `The ${kind} message goes` : `${tried} ${kind} messages go`;
  await call.reply(
    tried > 0
      ? `${again} out again now. What Slack refuses once more, the lead hears of; see /upgrade deliveries.`
      : `The ${kind} message is not waiting for another try: somebody was faster, or it has arrived. See /upgrade deliveries.`,
  );
}
