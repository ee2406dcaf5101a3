import { html } from 'hono/html';
import { ClockBar } from './clock-bar.tsx';
import { Conversation, Thread } from './conversation.tsx';
import { Icon } from './icons.tsx';
import { Modal } from './modal.tsx';
import { placeLabel, type Scene } from './scene.ts';
import { Sidebar } from './sidebar.tsx';

const SHEETS = [
  'base',
  'topbar',
  'sidebar',
  'panes',
  'messages',
  'blocks',
  'charts',
  'controls',
  'dialogs',
  'phone',
];

/** The whole page. Elements with `data-region` are kept up to date by the browser part, child by child (`data-key`). */
export function renderDocument(scene: Scene) {
  const { person, channel, sandbox } = scene;
  const place = channel ? placeLabel(scene, channel) : 'Home';
  return html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${place} – ${person.user.real_name} – ${sandbox.state.team.name}`}</title>
        <link rel="icon" href="/sandbox/page/bell.svg" type="image/svg+xml" />
        {SHEETS.map((sheet) => (
          <link rel="stylesheet" href={`/sandbox/page/${sheet}.css`} />
        ))}
        <script type="module" src="/sandbox/page/main.js" />
      </head>
      <body data-user={person.id}>
        <a class="skip" href="#conversation">
          Skip to the conversation
        </a>
        <div class="topbar">
          <button
            type="button"
            class="icon menu"
            data-menu=""
            aria-label="Channels and people"
            data-testid="menu"
          >
            <Icon name="menu" />
          </button>
          <span class="brand" title="A Slack that runs on this machine">
            <Icon name="bell" /> Watchbell <small>sandbox</small>
          </span>
          <ClockBar scene={scene} />
        </div>
        <div class="panes">
          <Sidebar scene={scene} />
          <Conversation scene={scene} />
          <Thread scene={scene} />
        </div>
        <Modal scene={scene} />
        <div id="toasts" role="alert" data-testid="toasts" />
      </body>
    </html>
  )}`;
}
