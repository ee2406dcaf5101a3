import { act, tell } from './deeds.js';

/** Block Kit's interactive elements in messages, modals and Home. */
export function bindControls() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-press]');
    if (button) void press(button);
    closeMenus(event.target);
  });
  document.addEventListener('change', (event) => {
    const control = event.target;
    if (control.closest('.multi')) chosen(control.closest('.multi'), control);
    if ('reports' in control.dataset && !isText(control)) void report(control);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeMenus(document.body);
    if (event.key === 'Enter' && reportsOn(event.target, 'on_enter_pressed')) {
      event.preventDefault();
      void report(event.target);
    }
  });
  document.addEventListener('input', (event) => {
    if (reportsOn(event.target, 'on_character_entered')) void report(event.target);
  });
  document.addEventListener('submit', (event) => {
    if (event.target.matches('.surface')) event.preventDefault();
  });
}

const isText = (control) =>
  control.matches('textarea, input[type=text], input[type=email], input[type=url], input[type=number]');

const reportsOn = (control, occasion) =>
  'reports' in (control.dataset ?? {}) &&
  isText(control) &&
  (control.dataset.reportOn ?? 'on_enter_pressed').includes(occasion);

async function press(button) {
  const element = button.closest('.element');
  if (!(await isConfirmed(element))) return;
  button.closest('details')?.removeAttribute('open');
  if (button.dataset.url) window.open(button.dataset.url, '_blank', 'noopener');
  button.setAttribute('aria-busy', 'true');
  await send(element, button.value ? [button.value] : []);
  button.removeAttribute('aria-busy');
}

async function report(control) {
  const element = control.closest('.element');
  const before =
    control.tagName === 'SELECT' ? [...control.options].find((one) => one.defaultSelected)?.value : undefined;
  if (!(await isConfirmed(element))) {
    if (control.type === 'checkbox' || control.type === 'radio') control.checked = control.defaultChecked;
    else control.value = before ?? control.defaultValue ?? '';
    return;
  }
  await send(element, enteredIn(element));
}

/** Says which element was used, and what stands in the form around it. */
async function send(element, entered) {
  const surface = element.closest('.surface');
  const { block, action, kind } = element.dataset;
  const body = new FormData(surface);
  body.set(
    '@click',
    JSON.stringify({ target: JSON.parse(surface.dataset.target), block, action, kind, entered }),
  );
  tell(await act('click', body));
}

export function enteredIn(element) {
  const controls = [...element.querySelectorAll('input, textarea, select')];
  return controls
    .filter((control) =>
      control.type === 'checkbox' || control.type === 'radio' ? control.checked : control.value !== '',
    )
    .map((control) => control.value);
}

/** Asks with a copy of the element's dialog, which survives a redrawing of the message. */
async function isConfirmed(element) {
  const original = element.querySelector('template');
  if (!original) return true;
  const dialog = original.content.firstElementChild.cloneNode(true);
  (element.closest('dialog.modal') ?? document.body).append(dialog);
  const answer = new Promise((resolve) =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true }),
  );
  dialog.addEventListener('click', (event) => {
    const value = event.target.closest('footer button')?.value;
    if (value) dialog.close(value);
  });
  dialog.showModal();
  const accepted = (await answer) === 'accept';
  dialog.remove();
  return accepted;
}

function chosen(multi, control) {
  const ticked = [...multi.querySelectorAll('input:checked')];
  const most = Number(multi.dataset.most || Number.POSITIVE_INFINITY);
  if (ticked.length > most) control.checked = false;
  const names = [...multi.querySelectorAll('input:checked')].map((one) =>
    one.closest('label').textContent.trim(),
  );
  const summary = multi.querySelector('summary');
  summary.textContent = names.join(', ') || summary.dataset.placeholder;
}

function closeMenus(target) {
  for (const menu of document.querySelectorAll(
    'details.overflow[open], details.multi[open], details.who[open], details.pins[open]',
  )) {
    if (!menu.contains(target)) menu.open = false;
  }
}
