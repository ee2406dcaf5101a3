import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  InputBlock,
  KnownBlock,
  ModalView,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
} from '@slack/types';
import { shorten } from './inline.ts';
import { LIMITS } from './limits.ts';

/** Text that is only text. */
export const plain = (text: string, limit = 150): PlainTextElement => ({
  type: 'plain_text',
  text: shorten(text, limit),
  emoji: true,
});

export interface ButtonOptions {
  text: string;
  actionId: string;
  value?: string;
  style?: 'primary' | 'danger';
  confirm?: { title: string; text: string; confirm: string; deny: string };
  url?: string;
}

export function button({ text, actionId, value, style, confirm, url }: ButtonOptions): Button {
  return {
    type: 'button',
    text: plain(text, LIMITS.buttonText),
    action_id: actionId,
    ...(value === undefined ? {} : { value: shorten(value, LIMITS.buttonValue) }),
    ...(style ? { style } : {}),
    ...(confirm ? { confirm: confirmation(confirm, style) } : {}),
    ...(url ? { url } : {}),
  };
}

function confirmation(
  asked: NonNullable<ButtonOptions['confirm']>,
  style?: 'primary' | 'danger',
): ConfirmationDialog {
  return {
    title: plain(asked.title, LIMITS.confirmTitle),
    text: plain(asked.text, LIMITS.confirmText),
    confirm: plain(asked.confirm, LIMITS.confirmButton),
    deny: plain(asked.deny, LIMITS.confirmButton),
    ...(style ? { style } : {}),
  };
}

/** Buttons in a row; Slack takes 25, and refuses an empty row. */
export const actions = (buttons: ActionsBlock['elements'], blockId?: string): ActionsBlock => ({
  type: 'actions',
  elements: buttons.slice(0, 25),
  ...(blockId ? { block_id: blockId } : {}),
});

export const textSection = (text: string): SectionBlock => ({
  type: 'section',
  text: plain(text, LIMITS.sectionText),
});

/** The same for text of any length, in as many sections as it takes. */
export const textSections = (text: string): SectionBlock[] =>
  (text.match(/[\s\S]{1,2900}/g) ?? []).map(textSection);

/** mrkdwn that we wrote ourselves; values in it must have gone through `toMrkdwn`. */
export const markedSection = (mrkdwn: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: shorten(mrkdwn, LIMITS.sectionText), verbatim: true },
});

export const smallPrint = (mrkdwn: string): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: shorten(mrkdwn, 1_500), verbatim: true }],
});

export const option = (text: string, value: string): PlainTextOption => ({
  text: plain(text, LIMITS.optionText),
  value: shorten(value, LIMITS.optionValue),
});

export interface InputOptions {
  label: string;
  element: InputBlock['element'];
  hint?: string;
  optional?: boolean;
}

/** An input whose block id is also its action id, so that a form is read by one name. */
export const input = (blockId: string, { label, element, hint, optional }: InputOptions): InputBlock => ({
  type: 'input',
  block_id: blockId,
  label: plain(label, LIMITS.inputLabel),
  element: { ...element, action_id: blockId } as InputBlock['element'],
  optional: optional ?? false,
  ...(hint ? { hint: plain(hint, LIMITS.inputLabel) } : {}),
});

export interface TextInputOptions {
  label: string;
  initial?: string;
  multiline?: boolean;
  placeholder?: string;
  hint?: string;
  optional?: boolean;
  maxLength?: number;
}

export function textInput(blockId: string, options: TextInputOptions): InputBlock {
  const maxLength = options.maxLength ?? LIMITS.plainTextInput;
  return input(blockId, {
    label: options.label,
    optional: options.optional,
    hint: options.hint,
    element: {
      type: 'plain_text_input',
      multiline: options.multiline ?? false,
      max_length: maxLength,
      ...(options.initial ? { initial_value: shorten(options.initial, maxLength) } : {}),
      ...(options.placeholder ? { placeholder: plain(options.placeholder, LIMITS.placeholder) } : {}),
    },
  });
}

export interface ModalOptions {
  callbackId: string;
  title: string;
  submit?: string;
  close?: string;
  blocks: KnownBlock[];
  metadata?: string;
}

export function modal({ callbackId, title, submit, close, blocks, metadata }: ModalOptions): ModalView {
  if (metadata && metadata.length > LIMITS.privateMetadata)
    throw new Error(`${callbackId}: metadata too long`);
  return {
    type: 'modal',
    callback_id: callbackId,
    title: plain(title, LIMITS.viewTitle),
    close: plain(close ?? 'Close', LIMITS.viewTitle),
    ...(submit ? { submit: plain(submit, LIMITS.viewTitle) } : {}),
    ...(metadata ? { private_metadata: metadata } : {}),
    blocks: blocks.slice(0, LIMITS.blocksInView),
  };
}
