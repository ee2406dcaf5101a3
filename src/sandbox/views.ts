import { appId, botId } from './bot-user.ts';
import { SlackFailure } from './failure.ts';
import type { View } from './model.ts';
import { initialState, keepState } from './person/form-state.ts';
import type { CheckedView } from './validate/view.ts';
import type { Workspace } from './workspace.ts';

const deepest = 3;

/** Opens a modal for a person; what was open before is replaced. */
export function openView(workspace: Workspace, user: string, checked: CheckedView): View {
  const view = build(workspace, checked);
  workspace.setViews(user, [view]);
  return view;
}

/** Puts a modal on top of those that are open. Throws `push_limit_reached` or `not_found`. */
export function pushView(workspace: Workspace, user: string, checked: CheckedView): View {
  const stack = workspace.views(user);
  const below = stack.at(-1);
  if (!below) throw new SlackFailure('not_found');
  if (stack.length >= deepest) throw new SlackFailure('push_limit_reached');
  const view = { ...build(workspace, checked), root_view_id: below.root_view_id, previous_view_id: below.id };
  workspace.setViews(user, [...stack, view]);
  return view;
}

/** Replaces an open view in place; what was typed stays in inputs whose ids stay. Throws `hash_conflict`. */
export function updateView(
  workspace: Workspace,
  user: string,
  old: View,
  checked: CheckedView,
  hash?: string,
): View {
  if (hash !== undefined && hash !== old.hash) throw new SlackFailure('hash_conflict');
  const view = {
    ...build(workspace, checked),
    id: old.id,
    root_view_id: old.root_view_id,
    previous_view_id: old.previous_view_id,
    state: keepState(checked.blocks, old.state),
  };
  if (old.type === 'home') workspace.setHome(user, view);
  else {
    workspace.setViews(
      user,
      workspace.views(user).map((one) => (one.id === old.id ? view : one)),
    );
  }
  return view;
}

export function publishHome(workspace: Workspace, user: string, checked: CheckedView, hash?: string): View {
  const old = workspace.home(user);
  if (old) return updateView(workspace, user, old, checked, hash);
  const view = build(workspace, checked);
  workspace.setHome(user, view);
  return view;
}

function build(workspace: Workspace, checked: CheckedView): View {
  if (checked.external_id && workspace.findView((one) => one.external_id === checked.external_id)) {
    throw new SlackFailure('duplicate_external_id');
  }
  const id = workspace.nextId('V');
  return {
    callback_id: '',
    external_id: '',
    private_metadata: '',
    clear_on_close: false,
    notify_on_close: false,
    ...checked,
    id,
    hash: `${workspace.seconds()}.${workspace.nextId('h')}`,
    state: initialState(checked.blocks),
    root_view_id: id,
    previous_view_id: null,
  };
}

/** The view as payloads and answers carry it. */
export const viewJson = (workspace: Workspace, view: View): Record<string, unknown> => ({
  ...view,
  team_id: workspace.team.id,
  app_id: appId,
  app_installed_team_id: workspace.team.id,
  bot_id: botId,
});
