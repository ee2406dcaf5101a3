import type {
  ActionsBlock,
  ContextBlock,
  FileBlock,
  ImageBlock,
  InputBlock,
  KnownBlock,
  MarkdownBlock,
  SectionBlock,
  TableBlock,
} from '@slack/types';
import { raw } from 'hono/html';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import type { Block } from '../../model.ts';
import { DataVisualization, type DataVisualizationBlock } from './chart.tsx';
import { Element, Image, type InteractiveElement, imageAddress, isImage } from './elements.tsx';
import { FileCard } from './file-card.tsx';
import { RichText } from './rich-text.tsx';
import { bare, Text } from './text.tsx';
import type { Viewpoint } from './viewpoint.ts';

type ShownBlock = (KnownBlock | DataVisualizationBlock) & { block_id: string };

interface BlockProps<B> {
  block: B;
  viewpoint: Viewpoint;
}

/** Blocks as the sandbox keeps them: it checked them on arrival, so their fields are trusted to have Slack's shapes, their texts are not. */
export function Blocks({ blocks, viewpoint, region }: BlocksProps) {
  return (
    <div class="blocks" data-region={region}>
      {blocks.map((block) => (
        <div data-key={block.block_id}>
          <OneBlock block={block as unknown as ShownBlock} viewpoint={viewpoint} />
        </div>
      ))}
    </div>
  );
}

interface BlocksProps {
  blocks: readonly Block[];
  viewpoint: Viewpoint;
  /** Set where each block is kept up to date on its own, so that typing in one survives news in another. */
  region?: string;
}

function OneBlock({ block, viewpoint }: BlockProps<ShownBlock>) {
  switch (block.type) {
    case 'section':
      return <Section block={block} viewpoint={viewpoint} />;
    case 'header':
      return (
        <h3 class="block-header">
          <Text text={block.text} viewpoint={viewpoint} />
        </h3>
      );
    case 'divider':
      return <hr />;
    case 'context':
      return <Context block={block} viewpoint={viewpoint} />;
    case 'actions':
      return <Actions block={block} viewpoint={viewpoint} />;
    case 'input':
      return <Input block={block} viewpoint={viewpoint} />;
    case 'image':
      return <Picture block={block} viewpoint={viewpoint} />;
    case 'rich_text':
      return <RichText block={block} viewpoint={viewpoint} />;
    case 'markdown':
      return <Markdown block={block} />;
    case 'table':
      return <Table block={block} viewpoint={viewpoint} />;
    case 'data_visualization':
      return <DataVisualization block={block} />;
    case 'file':
      return <RemoteFile block={block} viewpoint={viewpoint} />;
    default:
      return <p class="unsupported">This page cannot show a “{block.type}” block.</p>;
  }
}

function Section({ block, viewpoint }: BlockProps<SectionBlock>) {
  const { text, fields, accessory } = block;
  return (
    <div class="section">
      <div class="section-body">
        {text && (
          <div class="text">
            <Text text={text} viewpoint={viewpoint} />
          </div>
        )}
        {fields && (
          <div class="fields">
            {fields.map((field) => (
              <div class="text">
                <Text text={field} viewpoint={viewpoint} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div class="accessory">
          {accessory.type === 'image' ? (
            <Image image={accessory} viewpoint={viewpoint} />
          ) : (
            <Interactive element={accessory} block={block} viewpoint={viewpoint} />
          )}
        </div>
      )}
    </div>
  );
}

function Interactive({
  element,
  block,
  viewpoint,
}: BlockProps<{ block_id?: string }> & { element: InteractiveElement }) {
  return <Element element={element} place={{ blockId: block.block_id ?? '', viewpoint, reports: true }} />;
}

function Context({ block, viewpoint }: BlockProps<ContextBlock>) {
  return (
    <div class="context">
      {block.elements.map((element) =>
        isImage(element) ? (
          <Image image={element} viewpoint={viewpoint} />
        ) : (
          <span>
            <Text text={element} viewpoint={viewpoint} />
          </span>
        ),
      )}
    </div>
  );
}

function Actions({ block, viewpoint }: BlockProps<ActionsBlock>) {
  return (
    <div class="actions">
      {block.elements.map((element) => (
        <Interactive element={element} block={block} viewpoint={viewpoint} />
      ))}
    </div>
  );
}

const GROUPS = ['checkboxes', 'radio_buttons'];

function Input({ block, viewpoint }: BlockProps<InputBlock>) {
  const blockId = block.block_id ?? '';
  const required = block.optional !== true;
  const place = {
    blockId,
    viewpoint,
    required,
    reports: block.dispatch_action === true,
    testId: `input-${blockId}`,
  };
  const group = GROUPS.includes(block.element.type) || block.element.type.startsWith('multi_');
  const Frame = group ? 'fieldset' : 'label';
  const Caption = group ? 'legend' : 'span';
  return (
    <div class="field" data-input={blockId} data-required={required ? '' : undefined}>
      <Frame class="field-frame">
        <Caption class="field-label">
          {bare(block.label)}
          {!required && <small> (optional)</small>}
        </Caption>
        <Element element={block.element} place={place} />
      </Frame>
      <p class="field-error" role="alert" data-testid={`error-${blockId}`} />
      {block.hint && <p class="field-hint">{bare(block.hint)}</p>}
    </div>
  );
}

function Picture({ block, viewpoint }: BlockProps<ImageBlock>) {
  return (
    <figure class="picture">
      {block.title && <figcaption>{bare(block.title)}</figcaption>}
      <img src={imageAddress(block, viewpoint)} alt={block.alt_text} loading="lazy" />
    </figure>
  );
}

/** CommonMark with GitHub's tables, strikethrough and task lists. HTML in it is escaped, dangerous addresses are dropped. */
function Markdown({ block }: { block: MarkdownBlock }) {
  const html = micromark(block.text, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  return <div class="markdown">{raw(html)}</div>;
}

function Table({ block, viewpoint }: BlockProps<TableBlock>) {
  const cell = (content: TableBlock['rows'][number][number]) =>
    content.type === 'rich_text' ? <RichText block={content} viewpoint={viewpoint} /> : content.text;
  const column = (index: number) => {
    const settings = block.column_settings?.[index];
    return `align-${settings?.align ?? 'left'} ${settings?.is_wrapped ? 'wrapped' : ''}`;
  };
  const [head = [], ...body] = block.rows;
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            {head.map((content, index) => (
              <th class={column(index)}>{cell(content)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row) => (
            <tr>
              {row.map((content, index) => (
                <td class={column(index)}>{cell(content)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RemoteFile({ block, viewpoint }: BlockProps<FileBlock>) {
  const file = viewpoint.directory.file(block.external_id);
  return file ? (
    <FileCard file={file} viewpoint={viewpoint} />
  ) : (
    <p class="unsupported">File {block.external_id}</p>
  );
}
