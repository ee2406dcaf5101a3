import type { InputBlock, KnownBlock } from '@slack/types';
import { type InputOptions, input, option, plain, textInput } from '../slack/blocks.ts';
import type { FormValues } from '../slack/surface.ts';
import { textOf } from './form-values.ts';

/* The inputs of a plan's form. Each shows what `values` holds under its key, which is its block id and a path of the plan. */

export const header = (text: string): KnownBlock => ({ type: 'header', text: plain(text) });

type Text = Omit<Parameters<typeof textInput>[1], 'initial'>;

export const line = (values: FormValues, key: string, more: Text): InputBlock =>
  textInput(key, { ...more, initial: textOf(values[key]) });

export function select(
  values: FormValues,
  key: string,
  label: string,
  choices: readonly string[],
): InputBlock {
  const options = choices.map((choice) => option(choice.replaceAll('-', ' '), choice));
  const initial = options.find(({ value }) => value === values[key]);
  return input(key, {
    label,
    element: { type: 'static_select', options, ...(initial ? { initial_option: initial } : {}) },
  });
}

export function radio(
  values: FormValues,
  key: string,
  label: string,
  choices: [string, string][],
): InputBlock {
  const options = choices.map(([value, text]) => option(text, value));
  const initial = options.find(({ value }) => value === values[key]);
  return input(key, {
    label,
    element: { type: 'radio_buttons', options, ...(initial ? { initial_option: initial } : {}) },
  });
}

type Labelled = Omit<InputOptions, 'element'>;

export function person(values: FormValues, key: string, labelled: Labelled): InputBlock {
  const initial = textOf(values[key]);
  return input(key, {
    ...labelled,
    element: { type: 'users_select', ...(initial ? { initial_user: initial } : {}) },
  });
}

export function people(values: FormValues, key: string, label: string): InputBlock {
  const initial = listOf(values[key]);
  return input(key, {
    label,
    optional: true,
    element: { type: 'multi_users_select', ...(initial.length > 0 ? { initial_users: initial } : {}) },
  });
}

/** Private channels too; only those that the chooser is in are offered. */
const filter = { include: ['public' as const, 'private' as const], exclude_bot_users: true };

export function channel(values: FormValues, key: string, label: string, optional: boolean): InputBlock {
  const initial = textOf(values[key]);
  return input(key, {
    label,
    optional,
    hint: 'I must be in it: /invite @Watchbell',
    element: { type: 'conversations_select', filter, ...(initial ? { initial_conversation: initial } : {}) },
  });
}

export function channels(values: FormValues, key: string, label: string): InputBlock {
  const initial = listOf(values[key]);
  return input(key, {
    label,
    optional: true,
    element: {
      type: 'multi_conversations_select',
      filter,
      ...(initial.length > 0 ? { initial_conversations: initial } : {}),
    },
  });
}

const listOf = (value: FormValues[string]): string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
