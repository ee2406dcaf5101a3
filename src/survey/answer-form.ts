import type { InputBlock, ModalView } from '@slack/types';
import * as z from 'zod';
import { input, modal, option, textInput, textSection } from '../slack/blocks.ts';
import type { FormValues } from '../slack/surface.ts';
import { storable } from '../upgrade/written.ts';
import { type Answer, KINDS, SATISFACTION } from './rules.ts';

const MOST_CHARACTERS = 1_000;

const words = z
  .string()
  .overwrite(storable)
  .trim()
  .max(MOST_CHARACTERS)
  .transform((text) => text || null)
  .nullish()
  .transform((text) => text ?? null);

const Form = z.object({
  satisfaction: z.coerce.number().int().min(1).max(SATISFACTION.length),
  difficulty: words,
  kind: z
    .enum(['bug', 'missing', 'how_to'])
    .nullish()
    .transform((kind) => kind ?? null),
  suggestion: words,
  mayName: z
    .array(z.string())
    .nullish()
    .transform((ticked) => (ticked ?? []).includes('yes')),
});

/** What the form holds, or what is missing, under its input. */
export function readAnswerForm(values: FormValues): { answer: Answer } | { errors: Record<string, string> } {
  const read = Form.safeParse(values);
  if (read.success) return { answer: read.data };
  return {
    errors: Object.fromEntries(
      read.error.issues.map(({ path }) => [String(path[0]), SAY[String(path[0])] ?? TOO_LONG]),
    ),
  };
}

const TOO_LONG = `Please keep it under ${MOST_CHARACTERS} characters.`;
const SAY: Record<string, string> = {
  satisfaction: 'Please choose one.',
  kind: 'Please choose one, or none.',
};

export const ANSWER_SUBMIT = 'survey.submit';

/** The four questions, filled with what this person answered before. */
export function answerForm(upgradeId: number, key: string, before: Answer | undefined): ModalView {
  return modal({
    callbackId: ANSWER_SUBMIT,
    title: `${key}: your feedback`,
    submit: before ? 'Change my answer' : 'Send',
    metadata: String(upgradeId),
    blocks: [
      choice('satisfaction', {
        label: 'How satisfied are you with it now?',
        options: SATISFACTION.map((text, index) =>
          option(`${index + 1}, ${text}`, String(index + 1)),
        ).reverse(),
        chosen: before && String(before.satisfaction),
      }),
      textInput('difficulty', {
        label: 'What is difficult since the upgrade?',
        ...longText,
        initial: before?.difficulty ?? undefined,
      }),
      choice('kind', {
        label: 'Which is it?',
        options: KINDS.map(([kind, name]) => option(name, kind)),
        chosen: before?.kind ?? undefined,
        optional: true,
      }),
      textInput('suggestion', {
        label: 'What would make it better?',
        ...longText,
        initial: before?.suggestion ?? undefined,
      }),
      naming(before?.mayName ?? false),
    ],
  });
}

export const thanks = (key: string, until: string): ModalView =>
  modal({
    callbackId: 'survey.thanks',
    title: `${key}: thank you`,
    blocks: [textSection(`Your answer is in. ${until}`)],
  });

const longText = { multiline: true, optional: true, maxLength: MOST_CHARACTERS };

function choice(
  blockId: string,
  asked: {
    label: string;
    options: ReturnType<typeof option>[];
    chosen: string | undefined;
    optional?: boolean;
  },
): InputBlock {
  const initial = asked.options.find(({ value }) => value === asked.chosen);
  return input(blockId, {
    label: asked.label,
    optional: asked.optional,
    element: {
      type: 'radio_buttons',
      options: asked.options,
      ...(initial ? { initial_option: initial } : {}),
    },
  });
}

function naming(agreed: boolean): InputBlock {
  const yes = option('You may name me beside my comment', 'yes');
  return input('mayName', {
    label: 'Your name',
    hint: 'Without it nobody is told which comment is yours.',
    optional: true,
    element: { type: 'checkboxes', options: [yes], ...(agreed ? { initial_options: [yes] } : {}) },
  });
}
