import { z } from 'zod';
import { dataVisualization } from './chart.ts';
import { identifier, plainText, textObject } from './composition.ts';
import { accessory, actionElement, contextElement, inputElement } from './elements.ts';
import { richText } from './rich-text.ts';

const block = { block_id: identifier.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...block,
    text: textObject(3000).optional(),
    fields: z.array(textObject(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((it) => it.text !== undefined || it.fields !== undefined, {
    error: 'must define either `text` or `fields`',
  });

const image = z
  .strictObject({
    type: z.literal('image'),
    ...block,
    image_url: z.url().max(3000).optional(),
    slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
  })
  .refine((it) => (it.image_url === undefined) !== (it.slack_file === undefined), {
    error: 'must define either `image_url` or `slack_file`',
  });

const anywhere = [
  section,
  image,
  richText,
  z.strictObject({ type: z.literal('header'), ...block, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), ...block }),
  z.strictObject({ type: z.literal('context'), ...block, elements: z.array(contextElement).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), ...block, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({
    type: z.literal('input'),
    ...block,
    label: plainText(2000),
    element: inputElement,
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
] as const;

const cell = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
    z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
    richText,
  ],
  { error: 'unsupported type' },
);

const inMessages = [
  z.strictObject({ type: z.literal('markdown'), ...block, text: z.string().min(1).max(12_000) }),
  z.strictObject({
    type: z.literal('table'),
    ...block,
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
    column_settings: z
      .array(
        z
          .strictObject({
            align: z.enum(['left', 'center', 'right']).optional(),
            is_wrapped: z.boolean().optional(),
          })
          .nullable(),
      )
      .max(20)
      .optional(),
  }),
  dataVisualization,
  z.strictObject({
    type: z.literal('file'),
    ...block,
    source: z.literal('remote'),
    external_id: identifier,
  }),
] as const;

const kinds = { error: 'unsupported type' };

export const messageBlocks = z
  .array(z.discriminatedUnion('type', [...anywhere, ...inMessages], kinds))
  .max(50);
export const viewBlocks = z.array(z.discriminatedUnion('type', anywhere, kinds)).max(100);
