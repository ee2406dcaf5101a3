import type { Slice } from '../slice.ts';
import { offerActs } from './slack/act.ts';
import { lifecycleActs, lifecycleForms, startAllTheSame } from './slack/lifecycle.ts';
import { rescheduleAct, rescheduleSubmission } from './slack/lifecycle-reschedule.ts';
import { reportActs, reportForms } from './slack/report.ts';
import { waiting } from './waiting.ts';

const acts = offerActs([...lifecycleActs, rescheduleAct, ...reportActs]);

/** Takes an upgrade through its life, by commands, buttons and forms. */
export const lifecycle: Slice = {
  surface: {
    commands: acts.commands,
    actions: [...acts.actions, startAllTheSame],
    views: [...lifecycleForms, rescheduleSubmission, ...reportForms],
  },
  waiting,
};
