import type { Block, ViewState } from '../model.ts';
import { elementsOf } from '../validate/identify.ts';

export type Element = Record<string, unknown> & { type: string };
export type Entry = Record<string, unknown>;

/** What an element holds before anybody touched it; `undefined` for those that hold nothing, such as buttons. */
export function initialEntry(element: Element): Entry | undefined {
  const field = fieldOf(element.type);
  if (!field) return undefined;
  const initial = element[field.initial];
  return { type: element.type, [field.name]: initial ?? (field.several ? [] : null) };
}

interface Field {
  name: string;
  initial: string;
  several: boolean;
}

const one = (name: string, initial: string): Field => ({ name, initial, several: false });
const several = (name: string, initial: string): Field => ({ name, initial, several: true });

const fields: Record<string, Field> = {
  plain_text_input: one('value', 'initial_value'),
  number_input: one('value', 'initial_value'),
  email_text_input: one('value', 'initial_value'),
  url_text_input: one('value', 'initial_value'),
  static_select: one('selected_option', 'initial_option'),
  radio_buttons: one('selected_option', 'initial_option'),
  users_select: one('selected_user', 'initial_user'),
  conversations_select: one('selected_conversation', 'initial_conversation'),
  channels_select: one('selected_channel', 'initial_channel'),
  datepicker: one('selected_date', 'initial_date'),
  timepicker: one('selected_time', 'initial_time'),
  datetimepicker: one('selected_date_time', 'initial_date_time'),
  checkboxes: several('selected_options', 'initial_options'),
  multi_static_select: several('selected_options', 'initial_options'),
  multi_users_select: several('selected_users', 'initial_users'),
  multi_conversations_select: several('selected_conversations', 'initial_conversations'),
  multi_channels_select: several('selected_channels', 'initial_channels'),
  file_input: several('files', ''),
};

/** Under which key an element's value stands in `view.state`. */
export const fieldOf = (type: string): Field | undefined => fields[type];

/** Whether a person left it empty. */
export function isEmpty(entry: Entry): boolean {
  const value = entry[fieldOf(String(entry.type))?.name ?? ''];
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

export function initialState(blocks: readonly Block[]): ViewState {
  const values: ViewState['values'] = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const entry = initialEntry(element);
      if (entry) values[block.block_id] = { ...values[block.block_id], [String(element.action_id)]: entry };
    }
  }
  return { values };
}

/** The state after blocks changed: what was typed stays where block id, action id and type stay. */
export function keepState(blocks: readonly Block[], old: ViewState): ViewState {
  const state = initialState(blocks);
  for (const [blockId, actions] of Object.entries(state.values)) {
    for (const [actionId, entry] of Object.entries(actions)) {
      const kept = old.values[blockId]?.[actionId];
      if (kept && kept.type === entry.type) actions[actionId] = kept;
    }
  }
  return state;
}
