import type { Block, View } from '../model.ts';
import { type Element, fieldOf } from '../person/form-state.ts';
import { Blocks } from './blocks/blocks.tsx';
import { bare } from './blocks/text.tsx';
import { Icon } from './icons.tsx';
import type { Scene } from './scene.ts';

/** The modal on top of the person's stack. */
export function Modal({ scene }: { scene: Scene }) {
  const open = scene.person.modal();
  return (
    <div data-region="modal">
      {open && <Dialog view={open.view} depth={open.stack.length} scene={scene} />}
    </div>
  );
}

/** `data-nest`: stays while this view is open, and only the regions in it are redrawn. */
function Dialog({ view, depth, scene }: { view: View; depth: number; scene: Scene }) {
  const title = bare(textOf(view.title));
  const submit = bare(textOf(view.submit));
  return (
    <dialog
      class="modal"
      aria-label={title}
      data-key={view.id}
      data-nest=""
      data-testid="modal"
      data-modal=""
    >
      <form class="surface" data-target={JSON.stringify({ view: view.id })} novalidate autocomplete="off">
        <header>
          <div data-region="modal-title">
            <h2 data-key="title">{title}</h2>
          </div>
          {depth > 1 && <small>step {depth}</small>}
          <button type="button" class="icon" data-close="" aria-label="Close" data-testid="modal-x">
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-body">
          <Blocks blocks={filled(view)} viewpoint={scene.viewpoint} region="modal-blocks" />
        </div>
        <p class="modal-failure" role="alert" data-testid="modal-failure" />
        <footer data-region="modal-buttons">
          <button type="button" class="button" data-key="close" data-close="" data-testid="modal-close">
            {bare(textOf(view.close)) || 'Cancel'}
          </button>
          {view.submit && (
            <button type="submit" class="button primary" data-key="submit" data-testid="modal-submit">
              {submit || 'Submit'}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

/** The view's blocks with what was entered so far in place of what they began with: it is there again after a pushed view was closed. */
function filled(view: View): Block[] {
  return view.blocks.map((block) => {
    const element = block.element as Element | undefined;
    const field = element && fieldOf(element.type);
    const entry = view.state.values[block.block_id]?.[String(element?.action_id)];
    if (block.type !== 'input' || !field?.initial || !entry) return block;
    return { ...block, element: { ...element, [field.initial]: entry[field.name] ?? undefined } };
  });
}

const textOf = (text: Record<string, unknown> | undefined): { text: string } | undefined =>
  typeof text?.text === 'string' ? { text: text.text } : undefined;
