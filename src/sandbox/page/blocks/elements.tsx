import type {
  ActionsBlockElement,
  Button,
  Checkboxes,
  Confirm,
  ContextBlockElement,
  ImageElement,
  InputBlockElement,
  MultiSelect,
  Overflow,
  RadioButtons,
  Select,
} from '@slack/types';
import type { Child } from 'hono/jsx';
import { TypedInput } from './inputs.tsx';
import { choicesOf, initialChoices } from './options.tsx';
import { controlAttributes, type Place } from './place.ts';
import { bare, Text } from './text.tsx';
import { fileAddress, type Viewpoint } from './viewpoint.ts';

export type InteractiveElement = ActionsBlockElement | InputBlockElement;

/** One interactive element, with the confirm dialog that guards it. */
export function Element({ element, place }: { element: InteractiveElement; place: Place }) {
  const confirm = 'confirm' in element ? element.confirm : undefined;
  return (
    <span class="element" data-block={place.blockId} data-action={element.action_id} data-kind={element.type}>
      {control(element, place)}
      {confirm && (
        <template>
          <ConfirmDialog confirm={confirm} viewpoint={place.viewpoint} />
        </template>
      )}
    </span>
  );
}

function control(element: InteractiveElement, place: Place): Child {
  switch (element.type) {
    case 'button':
      return <PushButton button={element} place={place} />;
    case 'overflow':
      return <OverflowMenu menu={element} place={place} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Ticks element={element} place={place} />;
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
    case 'external_select':
      return <Menu menu={element} place={place} />;
    case 'multi_static_select':
    case 'multi_users_select':
    case 'multi_channels_select':
    case 'multi_conversations_select':
    case 'multi_external_select':
      return <MultiMenu menu={element} place={place} />;
    case 'workflow_button':
    case 'rich_text_input':
      return <span class="unsupported">{element.type}</span>;
    default:
      return <TypedInput element={element} place={place} />;
  }
}

function PushButton({ button, place }: { button: Button; place: Place }) {
  return (
    <button
      type="button"
      class={`button ${button.style ?? ''}`}
      data-press=""
      data-url={button.url}
      data-testid={`action-${button.action_id}`}
      aria-label={button.accessibility_label}
    >
      <Text text={button.text} viewpoint={place.viewpoint} />
    </button>
  );
}

function OverflowMenu({ menu, place }: { menu: Overflow; place: Place }) {
  return (
    <details class="overflow">
      <summary aria-label="More" data-testid={`action-${menu.action_id}`}>
        ⋯
      </summary>
      <div role="menu">
        {menu.options.map((option) => (
          <button type="button" role="menuitem" data-press="" data-url={option.url} value={option.value}>
            <Text text={option.text} viewpoint={place.viewpoint} />
          </button>
        ))}
      </div>
    </details>
  );
}

function Ticks({ element, place }: { element: Checkboxes | RadioButtons; place: Place }) {
  const { 'data-testid': testId, ...attributes } = controlAttributes(element, place);
  const chosen =
    element.type === 'checkboxes'
      ? (element.initial_options ?? []).map(({ value }) => value)
      : [element.initial_option?.value];
  return (
    <span class="ticks" role={element.type === 'checkboxes' ? 'group' : 'radiogroup'} data-testid={testId}>
      {element.options.map((option) => (
        <label>
          <input
            {...attributes}
            type={element.type === 'checkboxes' ? 'checkbox' : 'radio'}
            value={option.value}
            checked={chosen.includes(option.value)}
          />
          <span>
            <Text text={option.text} viewpoint={place.viewpoint} />
            {option.description && (
              <small>
                <Text text={option.description} viewpoint={place.viewpoint} />
              </small>
            )}
          </span>
        </label>
      ))}
    </span>
  );
}

function Menu({ menu, place }: { menu: Select; place: Place }) {
  const choices = choicesOf(menu, place.viewpoint);
  const chosen = initialChoices(menu);
  const groups = [...new Set(choices.map(({ group }) => group))];
  const option = ({ value, label }: { value: string; label: string }) => (
    <option value={value} selected={chosen.includes(value)}>
      {label}
    </option>
  );
  return (
    <select
      {...controlAttributes(menu, place)}
      aria-label={place.reports ? bare(menu.placeholder) || 'Choose' : undefined}
    >
      <option value="">{bare(menu.placeholder) || 'Choose an option'}</option>
      {groups.map((group) => {
        const options = choices.filter((one) => one.group === group).map(option);
        return group === undefined ? options : <optgroup label={group}>{options}</optgroup>;
      })}
    </select>
  );
}

function MultiMenu({ menu, place }: { menu: MultiSelect; place: Place }) {
  const { 'data-testid': testId, ...attributes } = controlAttributes(menu, place);
  const chosen = initialChoices(menu);
  const choices = choicesOf(menu, place.viewpoint);
  const placeholder = bare(menu.placeholder) || 'Choose options';
  const labels = choices.filter(({ value }) => chosen.includes(value)).map(({ label }) => label);
  return (
    <details class="multi" data-testid={testId} data-most={menu.max_selected_items}>
      <summary data-placeholder={placeholder}>{labels.join(', ') || placeholder}</summary>
      <fieldset aria-label={placeholder}>
        {choices.map(({ value, label }) => (
          <label data-testid={`option-${value}`}>
            <input {...attributes} type="checkbox" value={value} checked={chosen.includes(value)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}

function ConfirmDialog({ confirm, viewpoint }: { confirm: Confirm; viewpoint: Viewpoint }) {
  const title = bare(confirm.title) || 'Are you sure?';
  return (
    <dialog class="confirm" aria-label={title} data-testid="confirm">
      <h2>{title}</h2>
      <div class="text">
        <Text text={confirm.text} viewpoint={viewpoint} />
      </div>
      <footer>
        <button type="button" class="button" value="deny" data-testid="confirm-deny">
          {bare(confirm.deny) || 'No'}
        </button>
        <button
          type="button"
          class={`button ${confirm.style === 'danger' ? 'danger-filled' : 'primary'}`}
          value="accept"
          data-testid="confirm-accept"
        >
          {bare(confirm.confirm) || 'Yes'}
        </button>
      </footer>
    </dialog>
  );
}

export function Image({ image, viewpoint }: { image: ImageElement; viewpoint: Viewpoint }) {
  return <img src={imageAddress(image, viewpoint)} alt={image.alt_text} loading="lazy" />;
}

/** Slack's own files come from the sandbox; anything else only by https. */
export function imageAddress(
  image: { image_url: string } | { slack_file: { id: string } | { url: string } },
  viewpoint: Viewpoint,
): string | undefined {
  if ('image_url' in image)
    return /^(https?:|data:image\/)/.test(image.image_url) ? image.image_url : undefined;
  const { slack_file: file } = image;
  if ('id' in file) return fileAddress(viewpoint.viewer.id, file.id);
  const id = /\b(F[A-Z0-9]+)\b/.exec(file.url)?.[1];
  return id && fileAddress(viewpoint.viewer.id, id);
}

export const isImage = (element: ContextBlockElement): element is ImageElement => element.type === 'image';
