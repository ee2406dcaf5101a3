/** Keeps the page as the server would draw it now, without a reload and without touching what is being typed. */

let running = false;
let wanted = false;

/** Draws the page anew; calls that come meanwhile become one more drawing. */
export async function refresh() {
  wanted = true;
  if (running) return;
  running = true;
  try {
    while (wanted) {
      wanted = false;
      await draw();
    }
  } finally {
    running = false;
  }
}

/** Goes to another place of the same person. */
export async function visit(address) {
  history.pushState(null, '', address);
  await refresh();
  scrollToEnd('main');
  scrollToEnd('thread');
}

/** A hidden page does not listen: browsers allow few connections to one server, and many windows may be open. */
export function listen(user, onState) {
  let events = document.hidden ? undefined : connect(user, onState);
  document.addEventListener('visibilitychange', () => {
    events?.close();
    events = document.hidden ? undefined : connect(user, onState);
  });
}

function connect(user, onState) {
  const events = new EventSource(`/sandbox/as/${user}/events`);
  events.addEventListener('ready', () => {
    onState(true);
    void refresh();
  });
  events.addEventListener('change', () => void refresh());
  events.addEventListener('error', () => onState(false));
  return events;
}

async function draw() {
  const address = location.pathname + location.search;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The page could not be read: ${answer.status}`);
  if (answer.redirected) {
    location.assign(answer.url);
    return;
  }
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (address !== location.pathname + location.search) {
    wanted = true;
    return;
  }
  document.title = next.title;
  const scrolls = [...document.querySelectorAll('[data-scroll]')].map((pane) => [
    pane,
    isAtEnd(pane),
    lastKey(pane),
  ]);
  for (const region of document.querySelectorAll('[data-region]')) {
    const source = next.querySelector(`[data-region="${region.dataset.region}"]`);
    if (source) patch(region, source);
  }
  for (const [pane, atEnd, last] of scrolls) {
    if (atEnd) pane.scrollTop = pane.scrollHeight;
    else if (last !== lastKey(pane)) pane.parentElement.classList.add('has-news');
  }
  document.dispatchEvent(new CustomEvent('drawn'));
}

/** What the server sent for each child, so that children which the person changed are not mistaken for news. */
const sent = new WeakMap();

function patch(region, source) {
  const old = new Map([...region.children].map((child) => [keyOf(child), child]));
  let place = region.firstElementChild;
  for (const fresh of [...source.children]) {
    const known = old.get(keyOf(fresh));
    old.delete(keyOf(fresh));
    const child = known && isSame(known, fresh) ? known : renew(known, fresh);
    if (place === known && child !== known) place = known?.nextElementSibling ?? null;
    if (child === place) place = child.nextElementSibling;
    else region.insertBefore(child, place);
    if (known && child !== known) known.remove();
  }
  for (const gone of old.values()) gone.remove();
}

/** What nests regions of its own stays; those are patched by themselves. */
const isSame = (known, fresh) =>
  'nest' in known.dataset || (sent.get(known) ?? known.outerHTML) === fresh.outerHTML;

const keyOf = (child) => child.dataset.key ?? child.tagName;

/** Remembers the first drawing, which came with the page. */
export function rememberSent(root = document) {
  for (const child of root.querySelectorAll('[data-region] > *')) sent.set(child, child.outerHTML);
}

function renew(known, fresh) {
  const child = document.importNode(fresh, true);
  sent.set(child, fresh.outerHTML);
  rememberSent(child);
  if (known) carryOver(known, child);
  return child;
}

/** Takes what was typed, chosen, unfolded and focused from the old drawing to the new one. */
function carryOver(known, child) {
  if (known instanceof HTMLDetailsElement) child.open = known.open;
  const unfolded = [...known.querySelectorAll('details')];
  [...child.querySelectorAll('details')].forEach((details, index) => {
    details.open = unfolded[index]?.open ?? details.open;
  });
  for (const control of known.querySelectorAll('input, textarea, select')) {
    if (control.name && isChanged(control)) takeValue(control, twin(child, control));
  }
  const problem = known.querySelector('.wrong .field-error');
  if (problem) {
    child.querySelector('.field')?.classList.add('wrong');
    child.querySelector('.field-error')?.replaceChildren(problem.textContent);
  }
  const focused = known.contains(document.activeElement) ? document.activeElement : null;
  if (!focused) return;
  const again = twin(child, focused);
  requestAnimationFrame(() => again?.focus({ preventScroll: true }));
}

function twin(child, control) {
  const same = (other) =>
    other.tagName === control.tagName &&
    other.name === control.name &&
    (!['checkbox', 'radio'].includes(control.type) || other.value === control.value) &&
    other.closest('.element')?.dataset.action === control.closest('.element')?.dataset.action;
  const selector = control.dataset.testid
    ? `[data-testid="${CSS.escape(control.dataset.testid)}"]`
    : control.tagName;
  return [...child.querySelectorAll(selector)].find(same);
}

function isChanged(control) {
  if (control.type === 'checkbox' || control.type === 'radio')
    return control.checked !== control.defaultChecked;
  if (control.type === 'file') return control.files.length > 0;
  if (control.tagName === 'SELECT')
    return ![...control.options].every((one) => one.selected === one.defaultSelected);
  return control.value !== control.defaultValue;
}

function takeValue(from, to) {
  if (!to) return;
  if (from.type === 'file') to.replaceWith(from);
  else if (from.type === 'checkbox' || from.type === 'radio') to.checked = from.checked;
  else if (from.tagName !== 'SELECT' || [...to.options].some(({ value }) => value === from.value))
    to.value = from.value;
}

const lastKey = (pane) => pane.querySelector('.lines')?.lastElementChild?.dataset.key;

const isAtEnd = (pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 60;

export function scrollToEnd(name) {
  const pane = document.querySelector(`[data-scroll="${name}"]`);
  if (pane && !pane.querySelector('.home')) pane.scrollTop = pane.scrollHeight;
  pane?.parentElement.classList.remove('has-news');
}

/** The button that leads to news below takes itself away once they are in view. */
export function watchEnds() {
  for (const pane of document.querySelectorAll('[data-scroll]')) {
    pane.addEventListener('scroll', () => {
      if (isAtEnd(pane)) pane.parentElement.classList.remove('has-news');
    });
  }
}
