import { fileJson } from '../api/json.ts';
import { type FormValue, Refusal } from '../model.ts';
import type { Workspace } from '../workspace.ts';
import { type Element, type Entry, fieldOf } from './form-state.ts';

/** The state entry after a person entered `value`. Throws a `Refusal` for what the element does not offer. */
export function fillElement(workspace: Workspace, element: Element, value: FormValue): Entry {
  const field = fieldOf(element.type);
  if (!field) throw new Refusal('nothing_to_choose', `A ${element.type} takes no value.`);
  const given = value === null || value === '' ? [] : Array.isArray(value) ? value : [value];
  if (!field.several && given.length > 1) {
    throw new Refusal('only_one', `This ${element.type} takes one value, not ${given.length}.`);
  }
  const most = Number(element.max_selected_items ?? element.max_files ?? Number.POSITIVE_INFINITY);
  if (given.length > most) throw new Refusal('too_many', `This ${element.type} takes at most ${most}.`);
  const chosen = given.map((item) => choose(workspace, element, item));
  return { type: element.type, [field.name]: field.several ? chosen : (chosen[0] ?? null) };
}

function choose(workspace: Workspace, element: Element, value: string | number): unknown {
  switch (element.type) {
    case 'static_select':
    case 'multi_static_select':
    case 'radio_buttons':
    case 'checkboxes':
    case 'overflow':
      return optionOf(element, String(value));
    case 'users_select':
    case 'multi_users_select':
      return known(value, workspace.user(String(value)), 'person');
    case 'channels_select':
    case 'multi_channels_select':
    case 'conversations_select':
    case 'multi_conversations_select':
      return known(value, workspace.channel(String(value)), 'channel');
    case 'file_input':
      known(value, workspace.file(String(value)), 'file');
      return fileJson(workspace.file(String(value)));
    case 'datetimepicker':
      return Number(value);
    default:
      return String(value);
  }
}

/** The option with this value. Throws a `Refusal` where the element does not offer it. */
export function optionOf(element: Element, value: string): unknown {
  const groups = (element.option_groups ?? []) as { options: { value: string }[] }[];
  const options = (element.options ?? groups.flatMap((group) => group.options)) as { value: string }[];
  const option = options.find((one) => one.value === value);
  if (option) return option;
  throw new Refusal('no_such_option', `There is no option “${value}” here.`);
}

function known(value: string | number, found: { id: string } | undefined, what: string): string {
  if (found) return found.id;
  throw new Refusal(`no_such_${what}`, `There is no ${what} ${value}.`);
}
