/** An answer `{ ok: false, error: code }` as Slack's Web API gives it. */
export class SlackFailure extends Error {
  readonly code: string;
  readonly body: Record<string, unknown>;

  /** `body` is added to the answer, e.g. `needed` and `provided` of a `missing_scope`. */
  constructor(code: string, body: Record<string, unknown> = {}) {
    super(code);
    this.name = 'SlackFailure';
    this.code = code;
    this.body = body;
  }
}

/** With the explanations Slack puts into `response_metadata.messages`. */
export const failureWithMessages = (code: string, messages: string[]): SlackFailure =>
  new SlackFailure(code, { response_metadata: { messages } });
