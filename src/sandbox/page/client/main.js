import { bindClock } from './clock.js';
import { bindComposer } from './composer.js';
import { bindControls } from './controls.js';
import { act, tell } from './deeds.js';
import { listen, refresh, rememberSent, scrollToEnd, visit, watchEnds } from './live.js';
import { bindModal } from './modal.js';

rememberSent();
bindClock();
bindComposer();
bindControls();
bindModal();

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-nav]');
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    void go(link.href);
  }
  const join = event.target.closest('[data-join]');
  if (join) void act(`join/${join.dataset.join}`).then(tell).then(refresh);
  const newer = event.target.closest('[data-newer]');
  if (newer) scrollToEnd(newer.dataset.newer);
  if (event.target.closest('[data-menu]')) document.body.classList.toggle('menu-open');
  else if (!event.target.closest('.sidebar')) document.body.classList.remove('menu-open');
});

async function go(address) {
  document.body.classList.remove('menu-open');
  await visit(address);
  await openHome();
  if (matchMedia('(hover: hover)').matches)
    document.querySelector('.thread textarea, .conversation textarea')?.focus();
}

/** The app hears of it, and publishes the Home in answer. */
async function openHome() {
  if (location.pathname.endsWith('/home')) tell(await act('home'));
}

document.addEventListener('input', (event) => {
  if (!event.target.matches('[data-find]')) return;
  const wanted = event.target.value.toLowerCase();
  for (const item of event.target.closest('details').querySelectorAll('li')) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }
});

addEventListener('popstate', () => void refresh());
listen(document.body.dataset.user, (alive) => document.body.classList.toggle('offline', !alive));
scrollToEnd('main');
scrollToEnd('thread');
watchEnds();
void openHome();
