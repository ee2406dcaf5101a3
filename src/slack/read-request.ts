import type { IncomingMessage } from 'node:http';

/** What Slack sent, read but not understood. */
export type Body = Record<string, unknown>;

const BODY_LIMIT_BYTES = 1_000_000;

/** Undefined where it is larger than anything that Slack sends. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Whoever sent too much is to hear of it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON object in the body, or undefined where there is none. */
export function parseBody(type: string, body: Buffer): Body | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (/^application\/json\b/i.test(type)) return asObject(JSON.parse(text));
    if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return undefined;
    const form = Object.fromEntries(new URLSearchParams(text));
    return form.payload ? asObject(JSON.parse(form.payload)) : form;
  } catch {
    // The sender is told; there is nobody else to tell.
    return undefined;
  }
}

const asObject = (value: unknown): Body | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
