import type { ModalView } from '@slack/types';
import { expect } from 'vitest';
import { checkContent } from '../../src/sandbox/validate/message.ts';
import { checkView } from '../../src/sandbox/validate/view.ts';
import type { Message } from '../../src/slack/message.ts';
import type { FormValues, SubmissionAnswer, Surface } from '../../src/slack/surface.ts';
import type { Upgrade } from '../../src/upgrade/store.ts';
import { callBy } from './call.ts';
import { by, type TestContext } from './context.ts';

/** People who use a slice's surface in one channel. Whatever they are shown is held against Slack's limits. */
export function peopleOn(t: TestContext, surface: Surface | undefined, channelId: string) {
  const begin = (name: string, of: Parameters<typeof callBy>[2] = {}) =>
    callBy(t, by(name), { channelId, ...of });
  const lastForm = (): ModalView => {
    const form = t.slack.views.at(-1);
    if (!form) throw new Error('no form was opened');
    expect(() => checkView(form, 'modal')).not.toThrow();
    return form;
  };
  return {
    /** Types `/upgrade <typed>`; returns the private answers. */
    async type(name: string, typed: string): Promise<Message[]> {
      const [, verb, text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(typed) ?? [];
      const { call, replies } = begin(name, { text });
      const command = surface?.commands?.find((each) => each.verb === verb);
      if (!command) throw new Error(`there is no command ${verb}`);
      await command.run(call);
      return replies.map(checked);
    },
    /** Clicks a button about this upgrade; returns the private answers. */
    async click(name: string, actionId: string, upgrade: Upgrade): Promise<Message[]> {
      const { call, replies } = begin(name, { value: String(upgrade.id) });
      const action = surface?.actions?.find((each) => each.actionId === actionId);
      if (!action) throw new Error(`there is no action ${actionId}`);
      await action.run({ ...call, actionId });
      return replies.map(checked);
    },
    /** Sends off the form that was opened last. */
    async submit(name: string, values: FormValues): Promise<SubmissionAnswer> {
      const form = lastForm();
      const submission = surface?.views?.find((each) => each.callbackId === form.callback_id);
      if (!submission) throw new Error(`nobody takes ${form.callback_id}`);
      return submission.submit(begin(name, { values, metadata: form.private_metadata }).call);
    },
    lastForm,
    /** What a form's answer said, in the channel that the form was opened from. */
    lastAnswer(): string {
      const said = t.slack.ephemerals.at(-1);
      expect(said?.channel).toBe(channelId);
      return said ? checked(said.message).text : '';
    },
  };
}

export const textOf = (messages: Message[]): string => messages.map(({ text }) => text).join('\n');

function checked(message: Message): Message {
  expect(() => checkContent({ ...message })).not.toThrow();
  return message;
}
