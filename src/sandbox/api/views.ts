import { SlackFailure } from '../failure.ts';
import type { View } from '../model.ts';
import { checkView } from '../validate/view.ts';
import { openView, publishHome, pushView, updateView, viewJson } from '../views.ts';
import type { Answer, Call, Method } from './method.ts';

export const views: Record<string, Method> = {
  'views.open': { tier: 'tier4', required: ['trigger_id', 'view'], run: open },
  'views.push': { tier: 'tier4', required: ['trigger_id', 'view'], run: push },
  'views.update': { tier: 'tier4', required: ['view'], run: update },
  'views.publish': { tier: 'tier4', required: ['user_id', 'view'], run: publish },
};

function open(call: Call): Answer {
  const checked = checkView(call.args.view, 'modal');
  const user = call.core.triggers.exchange(call.text('trigger_id'));
  return answer(call, openView(call.core.workspace, user, checked));
}

function push(call: Call): Answer {
  const checked = checkView(call.args.view, 'modal');
  const user = call.core.triggers.exchange(call.text('trigger_id'));
  return answer(call, pushView(call.core.workspace, user, checked));
}

function update(call: Call): Answer {
  const { workspace } = call.core;
  const id = call.optionalText('view_id');
  const externalId = call.optionalText('external_id');
  if (!id && !externalId) throw new SlackFailure('invalid_arguments');
  const found = workspace.findView((view) => (id ? view.id === id : view.external_id === externalId));
  if (!found) throw new SlackFailure('not_found');
  const checked = checkView(call.args.view, found.view.type);
  return answer(call, updateView(workspace, found.user, found.view, checked, call.optionalText('hash')));
}

function publish(call: Call): Answer {
  const { workspace, manifest } = call.core;
  if (!manifest.homeTab) throw new SlackFailure('not_enabled');
  const user = call.text('user_id');
  if (!workspace.user(user)) throw new SlackFailure('user_not_found');
  const checked = checkView(call.args.view, 'home');
  return answer(call, publishHome(workspace, user, checked, call.optionalText('hash')));
}

const answer = (call: Call, view: View): Answer => ({ view: viewJson(call.core.workspace, view) });
