import type { Core } from '../core.ts';
import {
  type Block,
  type ClickOptions,
  Refusal,
  type Target,
  type User,
  type View,
  type ViewState,
} from '../model.ts';
import { elementsOf } from '../validate/identify.ts';
import { fillElement, optionOf } from './fill-element.ts';
import { fillForm } from './fill-form.ts';
import { type Element, type Entry, keepState } from './form-state.ts';
import { type Clicked, clickPayload } from './payloads.ts';

type Payload = Record<string, unknown>;

export interface PreparedClick {
  payload: Payload;
  element: Element;
}

/** What a click on a visible element sends. Throws a `Refusal` when this person sees no such element. */
export function prepareClick(
  core: Core,
  user: User,
  target: Target,
  actionId: string,
  options: ClickOptions,
): PreparedClick {
  const clicked = findTarget(core, user, target);
  if ('view' in clicked && options.values) fillForm(core, clicked.view, options.values);
  const { block, element } = findElement(blocksOf(clicked), actionId, options.block_id);
  const entry = enter(core, element, options);
  const state = stateOf(core, user, clicked);
  if (entry && element.type !== 'overflow') {
    state.values[block.block_id] = { ...state.values[block.block_id], [actionId]: entry };
  }
  const action = {
    ...(entry ?? describeButton(element)),
    type: element.type,
    action_id: actionId,
    block_id: block.block_id,
    action_ts: core.workspace.nextTs(),
  };
  return { payload: clickPayload(core, user, clicked, action, state), element };
}

/** What is entered in the elements around the one that is clicked. */
function stateOf({ chosen }: Core, user: User, clicked: Clicked): ViewState {
  if ('view' in clicked) return clicked.view.state;
  const source = 'message' in clicked ? clicked.message : clicked.ephemeral;
  const key = `${user.id} ${source.channel} ${source.ts}`;
  const state = keepState(source.blocks, chosen.get(key) ?? { values: {} });
  chosen.set(key, state);
  return state;
}

function findTarget({ workspace }: Core, user: User, target: Target): Clicked {
  if ('view' in target) {
    const home = workspace.home(user.id);
    const top = workspace.views(user.id).at(-1);
    const view = [top, home].find((one): one is View => one?.id === target.view);
    if (view) return { view };
    throw new Refusal('no_such_view', `${user.name} has no such view open.`);
  }
  if ('ephemeral' in target) {
    const ephemeral = workspace.ephemeral(target.ephemeral);
    if (ephemeral?.user === user.id) return { ephemeral };
    throw new Refusal('no_such_message', `${user.name} sees no such message.`);
  }
  const message = workspace.channel(target.channel)?.members.includes(user.id)
    ? workspace.message(target.channel, target.ts)
    : undefined;
  if (message) return { message };
  throw new Refusal('no_such_message', `${user.name} sees no such message.`);
}

const blocksOf = (clicked: Clicked): Block[] =>
  'view' in clicked
    ? clicked.view.blocks
    : 'message' in clicked
      ? clicked.message.blocks
      : clicked.ephemeral.blocks;

function findElement(
  blocks: readonly Block[],
  actionId: string,
  blockId: string | undefined,
): { block: Block; element: Element } {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = elementsOf(block).find((one) => one.action_id === actionId);
    if (element) return { block, element };
  }
  throw new Refusal('no_such_element', `There is no button “${actionId}” here.`);
}

function enter({ workspace }: Core, element: Element, { selected }: ClickOptions): Entry | undefined {
  if (element.type === 'button') return undefined;
  if (selected === undefined) throw new Refusal('nothing_chosen', `Choose a value for this ${element.type}.`);
  return element.type === 'overflow'
    ? { type: 'overflow', selected_option: optionOf(element, String(selected)) }
    : fillElement(workspace, element, selected);
}

const describeButton = ({ text, value, style, url }: Element): Entry => ({
  text,
  ...(value === undefined ? {} : { value }),
  ...(style === undefined ? {} : { style }),
  ...(url === undefined ? {} : { url }),
});
