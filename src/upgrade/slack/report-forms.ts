import type { ModalView } from '@slack/types';
import { input, modal, option, textInput, textSection } from '../../slack/blocks.ts';
import { LIMITS } from '../../slack/limits.ts';
import { type Issue, keyOf, type Upgrade } from '../store.ts';
import { MOST_CHARACTERS } from '../written.ts';

export const STATUS_FORM = 'upgrade.status.submit';
export const ISSUE_FORM = 'upgrade.issue.submit';
export const RESOLVE_FORM = 'upgrade.resolve.submit';

export const statusForm = (upgrade: Upgrade, metadata: string): ModalView =>
  modal({
    callbackId: STATUS_FORM,
    title: `Status of ${keyOf(upgrade)}`,
    submit: 'Report',
    metadata,
    blocks: [
      textSection(`${upgrade.plan.upgrade}. The next update carries your line, in your words.`),
      words('Where do things stand?', 'The import runs, two thirds are through, nothing unusual'),
    ],
  });

export const issueForm = (upgrade: Upgrade, metadata: string): ModalView =>
  modal({
    callbackId: ISSUE_FORM,
    title: `Issue of ${keyOf(upgrade)}`,
    submit: 'Report',
    metadata,
    blocks: [
      textSection(`${upgrade.plan.upgrade}. Every update names the issue until it is resolved.`),
      words('What stands in the way?', 'The order interface refuses connections'),
    ],
  });

/** Of the open issues, the first hundred can be chosen; any by its number. */
export const resolveForm = (upgrade: Upgrade, metadata: string, open: readonly Issue[]): ModalView =>
  modal({
    callbackId: RESOLVE_FORM,
    title: `Issues of ${keyOf(upgrade)}`,
    submit: 'Resolve',
    metadata,
    blocks: [
      input('number', {
        label: 'Which issue is resolved?',
        element: {
          type: 'static_select',
          options: open
            .slice(0, LIMITS.selectOptions)
            .map(({ number, text }) => option(`${number}: ${text.replace(/\s+/g, ' ')}`, String(number))),
        },
      }),
    ],
  });

const words = (label: string, placeholder: string) =>
  textInput('text', { label, placeholder, multiline: true, maxLength: MOST_CHARACTERS });
