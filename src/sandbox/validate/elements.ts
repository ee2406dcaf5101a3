import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  buttonStyle,
  confirmDialog,
  conversationFilter,
  identifier,
  optionGroup,
  overflowOption,
  plainOption,
  plainText,
  richOption,
} from './composition.ts';

const action = { action_id: identifier.optional() };
const confirmable = { ...action, confirm: confirmDialog.optional() };
const focusable = { ...confirmable, focus_on_load: z.boolean().optional() };
const select = { ...focusable, placeholder: plainText(150).optional() };
const multiSelect = { ...select, max_selected_items: z.int().min(1).optional() };
const typed = {
  ...action,
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).optional(),
    })
    .optional(),
};
const options = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};

interface Choices {
  options?: unknown[];
  option_groups?: { options: unknown[] }[];
  initial_option?: unknown;
  initial_options?: unknown[];
}

const hasOneListOfOptions = (element: Choices): boolean =>
  (element.options === undefined) !== (element.option_groups === undefined);

function startsWithAnOption(element: Choices): boolean {
  const all = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  const initial = element.initial_options ?? (element.initial_option ? [element.initial_option] : []);
  return initial.every((chosen) => all.some((option) => isDeepStrictEqual(option, chosen)));
}

const oneList = { error: 'must define either `options` or `option_groups`' };
const initialIsOption = { error: 'initial_option must match one of the options' };

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date as YYYY-MM-DD');
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time as HH:mm');
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a number');

const image = z.strictObject({
  type: z.literal('image'),
  image_url: z.url().max(3000).optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
  alt_text: z.string().min(1).max(2000),
});

const button = z.strictObject({
  type: z.literal('button'),
  ...confirmable,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: buttonStyle.optional(),
  accessibility_label: z.string().min(1).max(75).optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...confirmable,
  options: z.array(overflowOption).min(1).max(5),
});

const selects = [
  z
    .strictObject({
      type: z.literal('static_select'),
      ...select,
      ...options,
      initial_option: plainOption.optional(),
    })
    .refine(hasOneListOfOptions, oneList)
    .refine(startsWithAnOption, initialIsOption),
  z
    .strictObject({
      type: z.literal('multi_static_select'),
      ...multiSelect,
      ...options,
      initial_options: z.array(plainOption).min(1).optional(),
    })
    .refine(hasOneListOfOptions, oneList)
    .refine(startsWithAnOption, initialIsOption),
  z.strictObject({ type: z.literal('users_select'), ...select, initial_user: z.string().min(1).optional() }),
  z.strictObject({
    type: z.literal('multi_users_select'),
    ...multiSelect,
    initial_users: z.array(z.string().min(1)).optional(),
  }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...select,
    initial_conversation: z.string().min(1).optional(),
    default_to_current_conversation: z.boolean().optional(),
    response_url_enabled: z.boolean().optional(),
    filter: conversationFilter.optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...multiSelect,
    initial_conversations: z.array(z.string().min(1)).optional(),
    default_to_current_conversation: z.boolean().optional(),
    filter: conversationFilter.optional(),
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...select,
    initial_channel: z.string().min(1).optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    ...multiSelect,
    initial_channels: z.array(z.string().min(1)).optional(),
  }),
] as const;

const pickers = [
  z.strictObject({ type: z.literal('datepicker'), ...select, initial_date: date.optional() }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...select,
    initial_time: timeOfDay.optional(),
    timezone: z.string().optional(),
  }),
] as const;

const datetimepicker = z.strictObject({
  type: z.literal('datetimepicker'),
  ...focusable,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});

const lists = [
  z
    .strictObject({
      type: z.literal('checkboxes'),
      ...focusable,
      options: z.array(richOption).min(1).max(10),
      initial_options: z.array(richOption).min(1).optional(),
    })
    .refine(startsWithAnOption, initialIsOption),
  z
    .strictObject({
      type: z.literal('radio_buttons'),
      ...focusable,
      options: z.array(richOption).min(1).max(10),
      initial_option: richOption.optional(),
    })
    .refine(startsWithAnOption, initialIsOption),
] as const;

const text = z
  .strictObject({
    type: z.literal('plain_text_input'),
    ...typed,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  })
  .refine((input) => (input.min_length ?? 0) <= (input.max_length ?? 3000), {
    error: 'min_length must be less than max_length',
  });

const inputs = [
  text,
  z.strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: decimal.optional(),
    min_value: decimal.optional(),
    max_value: decimal.optional(),
  }),
  z.strictObject({
    type: z.literal('email_text_input'),
    ...typed,
    initial_value: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('url_text_input'), ...typed, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal('file_input'),
    ...action,
    filetypes: z.array(z.string().min(1)).min(1).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
] as const;

const kinds = { error: 'unsupported type' };

export const accessory = z.discriminatedUnion(
  'type',
  [button, image, overflow, ...selects, ...pickers, ...lists],
  kinds,
);
export const actionElement = z.discriminatedUnion(
  'type',
  [button, overflow, ...selects, ...pickers, datetimepicker, ...lists],
  kinds,
);
export const inputElement = z.discriminatedUnion(
  'type',
  [...inputs, ...selects, ...pickers, datetimepicker, ...lists],
  kinds,
);
export const contextElement = z.discriminatedUnion(
  'type',
  [
    image,
    plainText(2000),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: z.string().min(1).max(2000),
      verbatim: z.boolean().optional(),
    }),
  ],
  kinds,
);
