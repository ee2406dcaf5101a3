import { typeByName } from '../api/files.ts';
import type { Core } from '../core.ts';
import { findMentions, typedText } from '../mentions.ts';
import {
  type Acknowledged,
  type Channel,
  type ClickOptions,
  type Ephemeral,
  type FormValues,
  type Message,
  type Person,
  type PostOptions,
  Refusal,
  type SlackFile,
  type Submission,
  type Target,
  type User,
  type View,
} from '../model.ts';
import { viewJson } from '../views.ts';
import { prepareClick } from './clicks.ts';
import { closePayload, commandPayload, eventPayload, submissionPayload } from './payloads.ts';
import { runCommand } from './run-command.ts';
import { fillTop, submitModal } from './submit-modal.ts';

/** One user at Slack's client. */
export class Client implements Person {
  readonly user: User;
  readonly #core: Core;

  constructor(core: Core, user: User) {
    this.#core = core;
    this.user = user;
  }

  get id(): string {
    return this.user.id;
  }

  channels(): Channel[] {
    return this.#core.workspace.channels.filter((channel) => channel.members.includes(this.id));
  }

  async command(channelId: string, command: string, text = ''): Promise<Acknowledged> {
    return runCommand(this.#core, this.#active(), this.#joined(channelId), command, text);
  }

  commandPayload(channelId: string, command: string, text = ''): Record<string, unknown> {
    return commandPayload(this.#core, this.#active(), this.#joined(channelId), command, text);
  }

  async click(target: Target, actionId: string, options: ClickOptions = {}): Promise<Acknowledged> {
    const { payload, element } = prepareClick(this.#core, this.#active(), target, actionId, options);
    if (element.confirm && options.confirm === 'deny') return { acknowledged: true };
    const reply = await this.#core.link.deliver({ type: 'interactive', payload });
    return reply.acknowledged
      ? { acknowledged: true }
      : { acknowledged: false, failure: `This app responded with the error "${reply.failure}"` };
  }

  clickPayload(target: Target, actionId: string, options: ClickOptions = {}): Record<string, unknown> {
    return prepareClick(this.#core, this.#active(), target, actionId, options).payload;
  }

  modal(): { view: View; stack: View[] } | undefined {
    const stack = this.#core.workspace.views(this.id);
    const view = stack.at(-1);
    return view && { view, stack };
  }

  async submit(values: FormValues = {}): Promise<Submission> {
    return submitModal(this.#core, this.#active(), values);
  }

  submissionPayload(values: FormValues = {}): Record<string, unknown> {
    return submissionPayload(this.#core, this.#active(), fillTop(this.#core, this.#active(), values).view);
  }

  async closeModal(): Promise<void> {
    const { workspace, link } = this.#core;
    const stack = workspace.views(this.id);
    const top = stack.pop();
    if (!top) throw new Refusal('no_modal', `${this.user.name} has no modal open.`);
    const closed = top.clear_on_close ? [top, ...stack.reverse()] : [top];
    workspace.setViews(this.id, top.clear_on_close ? [] : stack);
    for (const view of closed.filter((one) => one.notify_on_close)) {
      const payload = closePayload(this.#core, this.user, view, top.clear_on_close);
      await link.deliver({ type: 'interactive', payload });
    }
  }

  async openHome(): Promise<View | undefined> {
    const { workspace, link, manifest } = this.#core;
    const shown = this.home();
    if (manifest.botEvents.includes('app_home_opened')) {
      const event = {
        type: 'app_home_opened',
        user: this.#active().id,
        channel: workspace.directMessage(this.id).id,
        tab: 'home',
        event_ts: workspace.nextTs(),
        ...(shown ? { view: viewJson(workspace, shown) } : {}),
      };
      await link.deliverEvent(eventPayload(this.#core, event));
    }
    return this.home();
  }

  home(): View | undefined {
    return this.#core.workspace.home(this.id);
  }

  async post(channelId: string, text: string, options: PostOptions = {}): Promise<Message> {
    const { workspace } = this.#core;
    const channel = this.#joined(channelId);
    this.#active();
    if (channel.is_archived) throw new Refusal('is_archived', `#${channel.name} is archived.`);
    if (options.threadTs && !workspace.message(channel.id, options.threadTs)) {
      throw new Refusal('no_such_message', 'The message to reply to is gone.');
    }
    const stored = typedText(text, {
      user: (name) => workspace.users.find((user) => user.name === name)?.id,
      group: (handle) => workspace.groups.find((group) => group.handle === handle)?.id,
    });
    return workspace.addMessage({
      channel: channel.id,
      user: this.id,
      text: stored,
      blocks: [],
      files: options.files ?? [],
      mentions: findMentions(stored, [], { linkNames: false }),
      ...(options.threadTs ? { thread_ts: options.threadTs } : {}),
    });
  }

  messages(channelId: string): Message[] {
    return this.#core.workspace.messages(this.#joined(channelId).id);
  }

  thread(channelId: string, ts: string): Message[] {
    return this.#core.workspace.thread(this.#joined(channelId).id, ts);
  }

  ephemerals(channelId?: string): Ephemeral[] {
    return this.#core.workspace.ephemerals(this.id, channelId && this.#joined(channelId).id);
  }

  directMessages(): Message[] {
    const { workspace } = this.#core;
    const channel = workspace.channels.find((one) => one.kind === 'im' && one.user === this.id);
    return channel ? workspace.messages(channel.id) : [];
  }

  uploadFile(name: string, content: string | Buffer, mimetype = typeByName(name)): SlackFile {
    const { workspace, url } = this.#core;
    const data = Buffer.from(content);
    const id = workspace.nextId('F');
    const url_private = `${url}/files-pri/${id}/${encodeURIComponent(name)}`;
    return workspace.addFile(
      { id, name, title: name, mimetype, size: data.length, user: this.id, channels: [], url_private },
      data,
    );
  }

  join(channelId: string): void {
    const { workspace } = this.#core;
    const channel = workspace.channel(channelId);
    if (channel?.kind !== 'public' || this.#active().is_restricted) {
      throw new Refusal('channel_not_found', `${this.user.name} cannot join ${channelId}.`);
    }
    workspace.addMembers(channel, [this.id]);
  }

  #active(): User {
    if (!this.user.deleted) return this.user;
    throw new Refusal('deactivated', `${this.user.name}'s account is deactivated.`);
  }

  /** A channel by id or name, or the direct messages with the bot by the bot's id. */
  #joined(channelId: string): Channel {
    const { workspace } = this.#core;
    if (channelId === workspace.bot.id) return workspace.directMessage(this.id);
    const channel = workspace.channel(channelId);
    if (channel?.members.includes(this.id)) return channel;
    throw new Refusal('not_in_channel', `${this.user.name} is not in ${channelId}.`);
  }
}
