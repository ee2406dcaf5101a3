import type { View } from '../model.ts';
import { elementsOf } from '../validate/identify.ts';
import { type Element, isEmpty } from './form-state.ts';

/** What Slack's client holds against a form before it is sent, by block id. */
export function checkForm(view: View): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of view.blocks) {
    const [element] = elementsOf(block);
    if (block.type !== 'input' || !element) continue;
    const entry = view.state.values[block.block_id]?.[String(element.action_id)];
    const complaint =
      entry && !isEmpty(entry)
        ? checkValue(element, String(entry.value ?? ''))
        : block.optional
          ? undefined
          : 'Please complete this required field.';
    if (complaint) errors[block.block_id] = complaint;
  }
  return errors;
}

function checkValue(element: Element, value: string): string | undefined {
  switch (element.type) {
    case 'plain_text_input':
      return checkLength(element, value.length);
    case 'number_input':
      return checkNumber(element, value);
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please enter a valid email address.';
    case 'url_text_input':
      return URL.canParse(value) ? undefined : 'Please enter a valid URL.';
    default:
      return undefined;
  }
}

function checkLength(element: Element, length: number): string | undefined {
  const least = Number(element.min_length ?? 0);
  const most = Number(element.max_length ?? 3000);
  if (length < least) return `This value must be at least ${least} characters.`;
  return length > most ? `This value must be at most ${most} characters.` : undefined;
}

function checkNumber(element: Element, value: string): string | undefined {
  const number = Number(value);
  if (Number.isNaN(number)) return 'Please enter a number.';
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return 'Please enter a whole number.';
  if (number < Number(element.min_value ?? Number.NEGATIVE_INFINITY)) {
    return `Please enter ${element.min_value} or more.`;
  }
  return number > Number(element.max_value ?? Number.POSITIVE_INFINITY)
    ? `Please enter ${element.max_value} or less.`
    : undefined;
}
