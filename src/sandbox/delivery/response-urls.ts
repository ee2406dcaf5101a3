import { randomUUID } from 'node:crypto';
import { realMilliseconds } from '../../clock.ts';
import { SlackFailure } from '../failure.ts';
import { storeText } from '../mentions.ts';
import type { Ephemeral } from '../model.ts';
import { editAsBot, postAsBot } from '../posting.ts';
import { type Content, checkContent } from '../validate/message.ts';
import type { Workspace } from '../workspace.ts';

const mostUses = 5;
const lifetime = 30 * 60_000;

interface Origin {
  channel: string;
  user: string;
  /** The message or ephemeral whose element was used. */
  source?: { ts: string } | { ephemeral: string };
  threadTs?: string;
}

/** Addresses for replies to one command or click: five uses within 30 real minutes. */
export class ResponseUrls {
  readonly #workspace: Workspace;
  readonly #issued = new Map<string, Origin & { uses: number; issued: number }>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Returns the path below the sandbox's address. */
  issue(origin: Origin): string {
    const id = randomUUID();
    this.#forget();
    this.#issued.set(id, { ...origin, uses: 0, issued: realMilliseconds() });
    return `/response/${this.#workspace.team.id}/${id}`;
  }

  #forget(): void {
    for (const [id, { issued }] of this.#issued) {
      if (realMilliseconds() - issued > lifetime) this.#issued.delete(id);
    }
  }

  /** Carries out a reply. Throws `expired_url`, `used_url`, or what is wrong with the message. */
  respond(id: string, body: Record<string, unknown>): void {
    const origin = this.#issued.get(id);
    if (!origin || realMilliseconds() - origin.issued > lifetime) throw new SlackFailure('expired_url');
    if (origin.uses >= mostUses) throw new SlackFailure('used_url');
    origin.uses += 1;
    this.reply(origin, body);
  }

  /** The same for the body of an acknowledgement. */
  reply(origin: Origin, body: Record<string, unknown>): void {
    if (body.delete_original === true) {
      this.#deleteOriginal(origin);
      return;
    }
    const content = checkContent(body);
    const threadTs = typeof body.thread_ts === 'string' ? body.thread_ts : undefined;
    if (body.replace_original === true && origin.source) this.#replaceOriginal(origin, content);
    else if (body.response_type === 'in_channel') this.#post(origin, content, threadTs);
    else this.#whisper(origin, content, threadTs ?? origin.threadTs);
  }

  #deleteOriginal({ source, channel }: Origin): void {
    if (!source) throw new SlackFailure('message_not_found');
    if ('ephemeral' in source) {
      this.#workspace.changeEphemeral(this.#ephemeral(source.ephemeral), 'delete');
      return;
    }
    const message = this.#workspace.message(channel, source.ts);
    if (!message) throw new SlackFailure('message_not_found');
    this.#workspace.deleteMessage(message);
  }

  #replaceOriginal({ source, channel }: Origin, content: Content): void {
    if (source && 'ephemeral' in source) {
      const ephemeral = this.#ephemeral(source.ephemeral);
      this.#workspace.changeEphemeral(ephemeral, {
        text: storeText(content.text ?? ''),
        blocks: content.blocks ?? [],
      });
      return;
    }
    const message = source && this.#workspace.message(channel, source.ts);
    if (!message) throw new SlackFailure('message_not_found');
    editAsBot(this.#workspace, message, { text: content.text ?? '', blocks: content.blocks ?? [] });
  }

  /** Unlike `chat.postMessage`, a reply reaches channels that the bot is not in. */
  #post({ channel: id }: Origin, content: Content, threadTs: string | undefined): void {
    const channel = this.#workspace.channel(id);
    if (!channel) throw new SlackFailure('channel_not_found');
    postAsBot(this.#workspace, { channel, content, threadTs });
  }

  #whisper({ channel, user }: Origin, content: Content, threadTs: string | undefined): void {
    this.#workspace.addEphemeral({
      channel,
      user,
      author: this.#workspace.bot.id,
      text: storeText(content.text ?? ''),
      blocks: content.blocks ?? [],
      ...(threadTs ? { thread_ts: threadTs } : {}),
    });
  }

  #ephemeral(id: string): Ephemeral {
    const ephemeral = this.#workspace.ephemeral(id);
    if (!ephemeral) throw new SlackFailure('message_not_found');
    return ephemeral;
  }
}
