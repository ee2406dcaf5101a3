/** What the person does, sent to the server; what goes wrong, told to the person. */

const user = document.body.dataset.user;

/** Posts JSON or a form to this person's address; answers the outcome, in which `failure` is what to show. */
export async function act(deed, body) {
  return send(`/sandbox/as/${user}/${deed}`, body);
}

export async function send(address, body = {}) {
  const form = body instanceof FormData;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: form ? {} : { 'Content-Type': 'application/json' },
      body: form ? body : JSON.stringify(body),
    });
    if (!answer.ok) return { failure: `The sandbox could not do that (${answer.status}).` };
    return await answer.json();
  } catch (error) {
    return { failure: `The sandbox does not answer. ${error.message}` };
  }
}

export function toast(text) {
  const note = document.createElement('p');
  note.className = 'toast';
  note.textContent = text;
  document.getElementById('toasts').append(note);
  setTimeout(() => note.remove(), 8000);
}

export const tell = ({ failure }) => failure && toast(failure);
