import { randomUUID } from 'node:crypto';
import { SlackFailure } from '../failure.ts';
import { postAsBot } from '../posting.ts';
import { fileJson } from './json.ts';
import { type Answer, Call, type Method } from './method.ts';

interface Upload {
  name: string;
  length: number;
  content?: Buffer;
}

/** Uploads on their way: address first, then content, then completion. */
export class Uploads {
  readonly #open = new Map<string, Upload>();

  readonly methods: Record<string, Method> = {
    'files.getUploadURLExternal': {
      scope: 'files:write',
      tier: 'tier4',
      required: ['filename', 'length'],
      run: (call) => this.#begin(call),
    },
    'files.completeUploadExternal': {
      scope: 'files:write',
      tier: 'tier4',
      required: ['files'],
      run: (call) => this.#complete(call),
    },
    'files.info': { scope: 'files:read', tier: 'tier4', required: ['file'], run: info },
  };

  /** Takes the content sent to an upload address; false where no such upload was begun or its length differs. */
  receive(fileId: string, content: Buffer): boolean {
    const upload = this.#open.get(fileId);
    if (!upload || upload.length !== content.length) return false;
    upload.content = content;
    return true;
  }

  #begin(call: Call): Answer {
    const length = call.number('length', 0);
    if (length === 0) throw new SlackFailure('invalid_arguments');
    const fileId = call.core.workspace.nextId('F');
    this.#open.set(fileId, { name: call.text('filename'), length });
    return { upload_url: `${call.core.url}/upload/${fileId}/${randomUUID()}`, file_id: fileId };
  }

  #complete(call: Call): Answer {
    const { workspace, url } = call.core;
    const asked = call.args.files;
    if (!Array.isArray(asked)) throw new SlackFailure('invalid_arguments');
    const channelId = call.optionalText('channel_id');
    const channel = channelId && new Call(call.core, { channel: channelId }).joinedChannel();
    const files = asked.map(({ id, title }: { id: string; title?: string }) => {
      const upload = this.#open.get(id);
      if (!upload?.content) throw new SlackFailure('file_not_found');
      this.#open.delete(id);
      return workspace.addFile(
        {
          id,
          name: upload.name,
          title: title ?? upload.name,
          mimetype: typeByName(upload.name),
          size: upload.length,
          user: workspace.bot.id,
          channels: channel ? [channel.id] : [],
          url_private: `${url}/files-pri/${id}/${encodeURIComponent(upload.name)}`,
        },
        upload.content,
      );
    });
    if (channel) {
      postAsBot(workspace, {
        channel,
        content: { text: call.text('initial_comment'), blocks: undefined },
        threadTs: call.optionalText('thread_ts'),
        files: files.map((file) => file.id),
      });
    }
    return { files: files.map((file) => fileJson(file)) };
  }
}

function info(call: Call): Answer {
  const file = call.core.workspace.file(call.text('file'));
  if (!file) throw new SlackFailure('file_not_found');
  return { file: fileJson(file) };
}

const types: Record<string, string> = {
  md: 'text/markdown',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  json: 'application/json',
  png: 'image/png',
  ics: 'text/calendar',
  pdf: 'application/pdf',
  csv: 'text/csv',
};

/** The media type Slack would tell from a file's name. */
export const typeByName = (name: string): string => types[name.split('.').at(-1) ?? ''] ?? 'text/plain';
