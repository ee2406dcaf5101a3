import { enteredIn } from './controls.js';
import { act, tell } from './deeds.js';
import { refresh } from './live.js';

/** The modal: shows what the server opened, checks what Slack's client checks, submits, keeps what was typed. */
export function bindModal() {
  document.addEventListener('drawn', showOpened);
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-close]')) void close();
  });
  document.addEventListener(
    'cancel',
    (event) => {
      if (!event.target.matches('[data-modal]')) return;
      event.preventDefault();
      void close();
    },
    true,
  );
  document.addEventListener('submit', (event) => {
    if (event.target.closest('[data-modal]')) void submit(event.target);
  });
  showOpened();
}

function showOpened() {
  const dialog = document.querySelector('dialog[data-modal]:not([open])');
  if (!dialog) return;
  dialog.showModal();
  dialog.querySelector('.field :is(input, textarea, select)')?.focus();
}

async function close() {
  tell(await act('close'));
  await refresh();
}

async function submit(form) {
  const button = form.querySelector('[data-testid=modal-submit]');
  if (button.disabled || showProblems(form, problemsIn(form))) return;
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  const outcome = await act('submit', new FormData(form));
  button.disabled = false;
  button.removeAttribute('aria-busy');
  const errors = outcome.errors ?? {};
  const elsewhere = Object.keys(errors).filter(
    (block) => !form.querySelector(`[data-input="${CSS.escape(block)}"]`),
  );
  const failure = outcome.failure ?? elsewhere.map((block) => errors[block]).join(' ');
  form.querySelector('.modal-failure').textContent = failure;
  if (showProblems(form, errors) || failure) return;
  await refresh();
}

function problemsIn(form) {
  const problems = {};
  for (const field of form.querySelectorAll('.field')) {
    const problem = problemOf(field);
    if (problem) problems[field.dataset.input] = problem;
  }
  return problems;
}

/** The checks that Slack's client makes before it sends anything. */
function problemOf(field) {
  const [control] = field.querySelectorAll('input, textarea, select');
  const [value = ''] = enteredIn(field);
  if (value === '') {
    if (control.validity?.badInput) return 'Enter a valid value.';
    return 'required' in field.dataset ? 'Please complete this required field.' : undefined;
  }
  const { least, most } = control.dataset;
  if (most && value.length > Number(most))
    return `Must be at most ${most} characters. It has ${value.length}.`;
  if (least && value.length < Number(least)) return `Must be at least ${least} characters.`;
  return control.validity?.valid === false ? control.validationMessage : undefined;
}

function showProblems(form, problems) {
  let first;
  for (const field of form.querySelectorAll('.field')) {
    const problem = problems[field.dataset.input] ?? '';
    field.querySelector('.field-error').textContent = problem;
    field.classList.toggle('wrong', problem !== '');
    const control = field.querySelector('input, textarea, select, summary');
    control?.setAttribute('aria-invalid', String(problem !== ''));
    if (problem) first ??= control;
  }
  first?.focus();
  return Boolean(first);
}
