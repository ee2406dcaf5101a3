import { toFailure } from './call.ts';
import { SlackFailure } from './failure.ts';
import type { ClientOptions } from './web-caller.ts';

/** Real milliseconds, as for any other call. */
const PATIENCE_MS = 10_000;

/** What goes beside Slack's Web API: the bytes of files. Only to Slack: an address comes from what somebody shared. */
export class FileTransfer {
  readonly #token: string;
  readonly #api: URL;

  constructor({ token, apiUrl }: ClientOptions) {
    this.#token = token;
    this.#api = new URL(apiUrl);
  }

  async send(address: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
    return this.#fetch('files.upload', address, { method: 'POST', body: bytes });
  }

  /** Reads no more than `maxBytes`, whatever size the file was said to have. */
  async fetchText(address: string, maxBytes: number): Promise<string> {
    const method = 'files.download';
    const headers = { authorization: `Bearer ${this.#token}` };
    const answer = await this.#fetch(method, address, { headers });
    if (!answer.ok) throw new SlackFailure('refused', method, `HTTP ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of answer.body ?? []) {
        size += chunk.length;
        if (size > maxBytes) throw new SlackFailure('refused', method, 'file_too_large');
        chunks.push(chunk);
      }
    } catch (error) {
      throw toFailure(method, error);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async #fetch(method: string, address: string, init: RequestInit): Promise<Response> {
    if (!this.#isSlack(address)) throw new SlackFailure('refused', method, 'file_elsewhere');
    try {
      return await fetch(address, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch (error) {
      throw toFailure(method, error);
    }
  }

  #isSlack(address: string): boolean {
    if (!URL.canParse(address)) return false;
    const { protocol, host } = new URL(address);
    if (host === this.#api.host) return protocol === this.#api.protocol;
    return protocol === 'https:' && (host === 'slack.com' || host.endsWith('.slack.com'));
  }
}
