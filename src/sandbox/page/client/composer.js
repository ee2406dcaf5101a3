import { act, tell } from './deeds.js';
import { refresh, scrollToEnd } from './live.js';

/** Writing: Enter sends, Shift+Enter breaks the line, drafts stay with their place. */
export function bindComposer() {
  document.addEventListener('keydown', (event) => {
    const writing = event.target.closest?.('[data-composer] textarea');
    if (!writing || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    writing.form.requestSubmit();
  });
  document.addEventListener('input', (event) => {
    const { draft } = event.target.dataset ?? {};
    if (!draft) return;
    sessionStorage.setItem(draft, event.target.value);
    event.target.form.classList.toggle('commanding', event.target.value.startsWith('/'));
    growToText(event.target);
  });
  document.addEventListener('change', (event) => {
    if (event.target.type !== 'file' || !event.target.closest('[data-composer]')) return;
    showAttached(event.target.form);
  });
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('[data-composer]')) return;
    event.preventDefault();
    void say(event.target);
  });
  document.addEventListener('drawn', restore);
  restore();
}

async function say(form) {
  const writing = form.elements.text;
  const body = new FormData(form);
  body.set('channel', form.dataset.channel);
  if (form.dataset.thread) body.set('thread', form.dataset.thread);
  writing.readOnly = true;
  const outcome = await act('say', body);
  writing.readOnly = false;
  tell(outcome);
  if (outcome.failure) return;
  form.reset();
  form.classList.remove('commanding');
  sessionStorage.removeItem(writing.dataset.draft);
  showAttached(form);
  growToText(writing);
  await refresh();
  scrollToEnd(form.dataset.thread ? 'thread' : 'main');
  writing.focus();
}

function restore() {
  for (const writing of document.querySelectorAll('textarea[data-draft]')) {
    if (writing.value === '') writing.value = sessionStorage.getItem(writing.dataset.draft) ?? '';
    growToText(writing);
  }
}

function growToText(writing) {
  writing.style.height = 'auto';
  writing.style.height = `${Math.min(writing.scrollHeight, 240)}px`;
}

function showAttached(form) {
  form.querySelector('.attached').textContent = [...form.elements.files.files]
    .map(({ name }) => name)
    .join(', ');
}
