import { z } from 'zod';
import { failureWithMessages, SlackFailure } from '../failure.ts';
import type { Block } from '../model.ts';
import { viewBlocks } from './blocks.ts';
import { identifier, plainText } from './composition.ts';
import { complaint, explain } from './explain.ts';
import { elementsOf, findDoubles, identify } from './identify.ts';

const common = {
  blocks: viewBlocks,
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: identifier.optional(),
};
const modal = z.strictObject({
  type: z.literal('modal'),
  ...common,
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});
const home = z.strictObject({ type: z.literal('home'), ...common });

const shapes = { modal, home };

export interface CheckedView {
  type: 'modal' | 'home';
  blocks: Block[];
  callback_id?: string;
  external_id?: string;
  private_metadata?: string;
  title?: Record<string, unknown>;
  submit?: Record<string, unknown>;
  close?: Record<string, unknown>;
  clear_on_close?: boolean;
  notify_on_close?: boolean;
}

/** Checks a view as `views.open` and `views.publish` do. Throws `invalid_arguments` or `view_too_large`. */
export function checkView(input: unknown, type: 'modal' | 'home'): CheckedView {
  if (typeof input !== 'object' || input === null) {
    throw failureWithMessages('invalid_arguments', [complaint('must provide an object', '/view')]);
  }
  if (JSON.stringify(input).length > 250_000) throw new SlackFailure('view_too_large');
  const parsed = shapes[type].safeParse(input);
  if (!parsed.success) throw failureWithMessages('invalid_arguments', explain(parsed.error, '/view'));
  const view: CheckedView = { ...parsed.data, blocks: identify(parsed.data.blocks) };
  const complaints = [...findDoubles(view.blocks, '/view/blocks'), ...checkWhole(view)];
  if (complaints.length > 0) throw failureWithMessages('invalid_arguments', complaints);
  return view;
}

function checkWhole(view: CheckedView): string[] {
  const elements = view.blocks.flatMap(elementsOf);
  const asks = view.blocks.some((block) => block.type === 'input');
  const focused = elements.filter((element) => element.focus_on_load === true);
  const uploads = elements.some((element) => element.type === 'file_input');
  return [
    ...(view.type === 'modal' && asks && view.submit === undefined
      ? [complaint('submit is required when an input block is in the view', '/view/submit')]
      : []),
    ...(focused.length > 1 ? [complaint('only one element may have focus_on_load', '/view/blocks')] : []),
    ...(view.type === 'home' && uploads ? [complaint('file_input is for modals only', '/view/blocks')] : []),
  ];
}
