import type { HomeView, ModalView } from '@slack/types';
import { SlackFailure } from './failure.ts';
import { FileTransfer } from './file-transfer.ts';
import type { Message } from './message.ts';
import type { Look, Posted, SlackClient } from './port.ts';
import { isPerson } from './target.ts';
import type { ClientOptions } from './web-caller.ts';
import { WorkspaceReader } from './workspace-reader.ts';

/** The event type of the metadata that every post carries. */
export const DELIVERY_EVENT = 'watchbell_delivery';

/** One workspace's Slack. Calls go out at once: the outbox keeps to Slack's rate limits, people's own acts stay below them. */
export class WebSlackClient extends WorkspaceReader implements SlackClient {
  readonly #files: FileTransfer;

  constructor(options: ClientOptions) {
    super(options);
    this.#files = new FileTransfer(options);
  }

  async post(target: string, message: Message, deliveryId: string): Promise<Posted> {
    const answer = await this.call('chat.postMessage', {
      channel: target,
      ...message,
      metadata: { event_type: DELIVERY_EVENT, event_payload: { delivery: deliveryId } },
      unfurl_links: false,
      unfurl_media: false,
    });
    if (!answer.ts || !answer.channel)
      throw new SlackFailure('doubtful', 'chat.postMessage', 'answer without ts');
    return { channel: String(answer.channel), ts: String(answer.ts) };
  }

  async update(channel: string, ts: string, message: Message): Promise<void> {
    await this.call('chat.update', { channel, ts, ...message });
  }

  async findDelivery(
    target: string,
    deliveryId: string,
    { since, turnPage }: Look,
  ): Promise<Posted | undefined> {
    const channel = isPerson(target) ? await this.#open(target) : target;
    const oldest = String(Math.floor(since.getTime() / 1_000));
    const args = { channel, oldest, include_all_metadata: true, limit: 200 };
    for await (const page of this.pages('conversations.history', args, turnPage)) {
      const found = (page.messages as HistoryMessage[]).find(
        ({ metadata }) =>
          metadata?.event_type === DELIVERY_EVENT && metadata.event_payload?.delivery === deliveryId,
      );
      if (found) return { channel, ts: found.ts };
    }
    return undefined;
  }

  async pin(channel: string, ts: string): Promise<void> {
    try {
      await this.call('pins.add', { channel, timestamp: ts });
    } catch (error) {
      if (error instanceof SlackFailure && error.reason === 'already_pinned') return;
      throw error;
    }
  }

  async ephemeral(channel: string, user: string, message: Message): Promise<void> {
    await this.call('chat.postEphemeral', { channel, user, ...message });
  }

  async openView(triggerId: string, view: ModalView): Promise<string> {
    const answer = await this.call('views.open', { trigger_id: triggerId, view });
    return (answer.view as { id: string }).id;
  }

  async updateView(viewId: string, view: ModalView): Promise<void> {
    await this.call('views.update', { view_id: viewId, view });
  }

  async publishHome(user: string, view: HomeView): Promise<void> {
    await this.call('views.publish', { user_id: user, view });
  }

  async sendFile(target: string, file: { name: string; title: string; content: string }): Promise<void> {
    const channel = isPerson(target) ? await this.#open(target) : target;
    const bytes = Buffer.from(file.content, 'utf8');
    const upload = await this.call('files.getUploadURLExternal', {
      filename: file.name,
      length: bytes.length,
    });
    const sent = await this.#files.send(String(upload.upload_url), bytes);
    if (!sent.ok) throw new SlackFailure('passing', 'files.upload', `HTTP ${sent.status}`);
    await this.call('files.completeUploadExternal', {
      files: [{ id: String(upload.file_id), title: file.title }],
      channel_id: channel,
    });
  }

  async readFile(fileId: string, maxBytes: number): Promise<{ name: string; content: string }> {
    const { file } = (await this.call('files.info', { file: fileId })) as unknown as { file: FileInfo };
    if (file.is_external) throw new SlackFailure('refused', 'files.info', 'file_elsewhere');
    if (file.size > maxBytes) throw new SlackFailure('refused', 'files.info', 'file_too_large');
    return { name: file.name, content: await this.#files.fetchText(file.url_private, maxBytes) };
  }

  async #open(user: string): Promise<string> {
    return ((await this.call('conversations.open', { users: user })).channel as { id: string }).id;
  }
}

interface HistoryMessage {
  ts: string;
  metadata?: { event_type: string; event_payload?: { delivery?: string } };
}
interface FileInfo {
  name: string;
  size: number;
  /** It lies with another service; Slack only links it. */
  is_external?: boolean;
  url_private: string;
}
