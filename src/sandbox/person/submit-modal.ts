import type { Core } from '../core.ts';
import { SlackFailure } from '../failure.ts';
import { type FormValues, Refusal, type Submission, type User, type View } from '../model.ts';
import { checkView } from '../validate/view.ts';
import { pushView, updateView } from '../views.ts';
import { checkForm } from './check-form.ts';
import { fillForm } from './fill-form.ts';
import { submissionPayload } from './payloads.ts';

/** What Slack shows when the app does not answer a form properly; what was typed stays. */
const trouble = 'We had some trouble connecting. Try again?';

/** Fills the top modal, lets the client object, sends it, and does what the app answers. */
export async function submitModal(core: Core, user: User, values: FormValues): Promise<Submission> {
  const { view, errors } = fillTop(core, user, values);
  if (Object.keys(errors).length > 0) return { result: 'errors', errors, by: 'client' };
  const reply = await core.link.deliver({
    type: 'interactive',
    payload: submissionPayload(core, user, view),
  });
  if (!reply.acknowledged) return { result: 'failed', failure: trouble };
  try {
    return carryOut(core, user, view, (reply.body ?? {}) as AppAnswer);
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    return { result: 'failed', failure: `${trouble} (${error.code})` };
  }
}

/** Enters the values into the top modal; says what the client objects to. */
export function fillTop(
  core: Core,
  user: User,
  values: FormValues,
): { view: View; errors: Record<string, string> } {
  const view = core.workspace.views(user.id).at(-1);
  if (!view) throw new Refusal('no_modal', `${user.name} has no modal open.`);
  if (!view.submit) throw new Refusal('no_submit', 'This modal has no button to submit it.');
  fillForm(core, view, values);
  return { view, errors: checkForm(view) };
}

interface AppAnswer {
  response_action?: 'errors' | 'update' | 'push' | 'clear';
  errors?: Record<string, string>;
  view?: unknown;
}

function carryOut({ workspace }: Core, user: User, view: View, answer: AppAnswer): Submission {
  switch (answer.response_action) {
    case undefined:
      workspace.setViews(
        user.id,
        workspace.views(user.id).filter((one) => one.id !== view.id),
      );
      return { result: 'closed' };
    case 'clear':
      workspace.setViews(user.id, []);
      return { result: 'closed' };
    case 'errors':
      return showErrors(view, answer.errors ?? {});
    case 'update':
      return {
        result: 'updated',
        view: updateView(workspace, user.id, view, checkView(answer.view, 'modal')),
      };
    case 'push':
      return { result: 'pushed', view: pushView(workspace, user.id, checkView(answer.view, 'modal')) };
    default:
      throw new SlackFailure('invalid_response_action');
  }
}

/** Errors belong to input blocks of the view; anything else Slack cannot show. */
function showErrors(view: View, errors: Record<string, string>): Submission {
  const inputs = view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id);
  const stray = Object.keys(errors).filter((blockId) => !inputs.includes(blockId));
  if (stray.length > 0 || Object.keys(errors).length === 0) throw new SlackFailure('invalid_errors');
  return { result: 'errors', errors, by: 'app' };
}
