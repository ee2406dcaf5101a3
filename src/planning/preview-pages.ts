import type { Button, KnownBlock, ModalView, RichTextBlock } from '@slack/types';
import { actions, button, modal, smallPrint, textSection } from '../slack/blocks.ts';
import { escapeText, type Inline, toRichText } from '../slack/inline.ts';
import type { PreviewItem } from '../slice.ts';
import { dateInline } from '../templates/values.ts';
import { collectReferences } from '../upgrade/plan/references.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';

export const PREVIEW_TURN = 'planning.preview.turn';

/** Room for the buttons that turn the page, below the 100 blocks of a view; its 250 kB are far away then. */
const MOST_BLOCKS = 80;
const MOST_CHARACTERS = 60_000;
/** What views take; a chart, say, is for messages alone. */
const IN_VIEWS = ['section', 'rich_text', 'header', 'divider', 'context', 'image'];

/** Every message to come in the order of its time, those without one last, on pages that a modal can hold. */
export function pagesOf(items: PreviewItem[], plan: ResolvedPlan): KnownBlock[][] {
  const named = new Set(collectReferences(plan).map(({ written }) => written));
  const ordered = [...items].sort((a, b) => timeOf(a) - timeOf(b));
  const pages: KnownBlock[][] = [[]];
  for (const item of ordered) {
    const drawn = drawItem(item, plan.window.timezone, named);
    const page = pages.at(-1) ?? [];
    const full = page.length + drawn.length > MOST_BLOCKS || size(page) + size(drawn) > MOST_CHARACTERS;
    if (page.length === 0) page.push(...drawn);
    else if (full) pages.push(drawn);
    else page.push({ type: 'divider' }, ...drawn);
  }
  return pages;
}

const timeOf = ({ at }: PreviewItem): number => at?.getTime() ?? Number.MAX_SAFE_INTEGER;
const size = (blocks: KnownBlock[]): number => JSON.stringify(blocks).length;

/** One page; `page` counts from 0. What is worth knowing before the first message stands on the first. */
export function previewModal(
  of: { key: string; upgradeId: number; page: number; warnings: string[] },
  pages: KnownBlock[][],
): ModalView {
  const page = Math.min(Math.max(0, of.page), pages.length - 1);
  const turn = (text: string, to: number): Button =>
    button({ text, actionId: `${PREVIEW_TURN}.${to}`, value: `${of.upgradeId}:${to}` });
  const turns = [
    ...(page > 0 ? [turn('Earlier', page - 1)] : []),
    ...(page < pages.length - 1 ? [turn('Later', page + 1)] : []),
  ];
  const nothing = [textSection('This upgrade has no more messages to come.')];
  const content = pages[page]?.length ? pages[page] : nothing;
  return modal({
    callbackId: 'planning.preview',
    title: `${of.key}: messages`,
    blocks: [
      ...(page === 0 ? of.warnings.map(textSection) : []),
      ...content,
      ...(turns.length > 0 ? [actions(turns)] : []),
    ],
  });
}

/** Shown at once, while the messages are gathered. */
export const gatheringModal = (key: string): ModalView =>
  modal({
    callbackId: 'planning.preview',
    title: `${key}: messages`,
    blocks: [textSection('Gathering every message…')],
  });

function drawItem(
  { at, what, to, message, skipped }: PreviewItem,
  zone: string,
  named: ReadonlySet<string>,
): KnownBlock[] {
  const time: Inline = at ? dateInline(at, zone) : { type: 'text', text: 'When it happens' };
  const heading: RichTextBlock = {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          time,
          { type: 'text', text: ` · ${what}`, style: { bold: true } } as const,
          { type: 'text', text: '\nTo ' } as const,
          ...readAddressees(to, named),
        ].map(toRichText),
      },
    ],
  };
  const why = skipped ? [smallPrint(`*Will not be sent*: ${escapeText(skipped)}`)] : [];
  return [heading, ...why, ...(skipped ? [] : message.blocks.flatMap(stillLife))];
}

/** The plan's ids among words become mentions, which tell nobody in a view. Words that only look like an id stay words: a name may. */
function readAddressees(to: string, named: ReadonlySet<string>): Inline[] {
  return to
    .split(/(\b[CGUWS][A-Z0-9]{3,}\b)/)
    .filter(Boolean)
    .map((part): Inline => {
      if (!named.has(part)) return { type: 'text', text: part };
      if (/^[CG]/.test(part)) return { type: 'channel', id: part };
      return part.startsWith('S') ? { type: 'group', id: part } : { type: 'user', id: part };
    });
}

/** A block as it will look, with nothing in it that could be pressed. */
function stillLife(block: KnownBlock): KnownBlock[] {
  if (block.type === 'actions') {
    const names = block.elements.flatMap((element) =>
      element.type === 'button' ? [`[${element.text.text}]`] : [],
    );
    return names.length > 0 ? [smallPrint(`Buttons: ${escapeText(names.join(' '))}`)] : [];
  }
  if (!IN_VIEWS.includes(block.type)) return [smallPrint('A chart or table stands here.')];
  const { accessory: _, block_id: __, ...still } = block as KnownBlock & { accessory?: unknown };
  return [still as KnownBlock];
}
