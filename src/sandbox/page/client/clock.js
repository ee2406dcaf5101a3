import { send, tell } from './deeds.js';

let shown = { now: Date.now(), speed: 1, heardAt: performance.now() };

/** Keeps every `time[data-zone]` running on the sandbox's clock, and drives that clock. */
export function bindClock() {
  document.addEventListener('drawn', hear);
  document.addEventListener('click', (event) => {
    const speed = event.target.closest('[data-speed-to]')?.dataset.speedTo;
    if (speed !== undefined) void send('/sandbox/clock/speed', { speed: Number(speed) }).then(tell);
    if (event.target.closest('[data-clock-next]')) void send('/sandbox/clock/next').then(tell);
  });
  hear();
  setInterval(show, 250);
}

function hear() {
  const { now, speed } = document.querySelector('[data-key=state]').dataset;
  shown = { now: Number(now), speed: Number(speed), heardAt: performance.now() };
  show();
}

const formats = new Map();

function show() {
  const now = new Date(shown.now + (performance.now() - shown.heardAt) * shown.speed);
  for (const time of document.querySelectorAll('time[data-zone]')) {
    const text = formatFor(time.dataset).format(now);
    if (time.textContent !== text) time.textContent = text;
  }
}

function formatFor({ zone, locale, long }) {
  const key = `${zone} ${locale} ${long}`;
  const day = { weekday: 'short', day: 'numeric', month: 'short', second: '2-digit' };
  const parts = { timeZone: zone, hour: 'numeric', minute: '2-digit', ...(long === undefined ? {} : day) };
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, parts));
  return formats.get(key);
}
