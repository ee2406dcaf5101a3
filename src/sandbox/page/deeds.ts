import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type Acknowledged, type Block, type Person, Refusal, type Sandbox } from '../model.ts';
import type { ClockControls } from './clock-controls.ts';
import { enteredValue, enteredValues, textsOf, upload } from './entered.ts';

const target = z.union([
  z.object({ channel: z.string(), ts: z.string() }),
  z.object({ ephemeral: z.string() }),
  z.object({ view: z.string() }),
]);
const clickBody = z.object({
  target,
  action: z.string(),
  block: z.string(),
  kind: z.string(),
  entered: z.array(z.string()),
});
const speedBody = z.object({ speed: z.union([z.literal(0), z.literal(1), z.literal(60), z.literal(600)]) });

/** What a person does on the page. Every deed answers JSON; `failure` is what to show them. */
export function deedRoutes(sandbox: Sandbox, clock?: ClockControls): Hono {
  const routes = new Hono();
  const person = (c: Context) => sandbox.as(c.req.param('user') ?? '');
  routes.post('/sandbox/as/:user/say', async (c) =>
    c.json(await say(sandbox, person(c), await c.req.formData())),
  );
  routes.post('/sandbox/as/:user/click', async (c) => c.json(await click(person(c), await c.req.formData())));
  routes.post('/sandbox/as/:user/submit', async (c) =>
    c.json(await submit(person(c), await c.req.formData())),
  );
  routes.post('/sandbox/as/:user/close', async (c) => c.json({ done: await person(c).closeModal() }));
  routes.post('/sandbox/as/:user/home', async (c) =>
    c.json({ published: Boolean(await person(c).openHome()) }),
  );
  routes.post('/sandbox/as/:user/join/:channel', (c) => {
    person(c).join(c.req.param('channel'));
    return c.json({});
  });
  routes.post('/sandbox/clock/speed', async (c) => {
    clock?.setSpeed(speedBody.parse(await c.req.json()).speed);
    return c.json({});
  });
  routes.post('/sandbox/clock/next', async (c) => {
    await clock?.toNextEvent();
    return c.json({});
  });
  return routes;
}

/** A refusal is shown to the person; anything else is a defect and stays one. */
export function answerRefusal(error: Error, c: Context): Response {
  if (error instanceof Refusal) return c.json({ failure: error.message });
  throw error;
}

interface Outcome {
  failure?: string;
}

const outcomeOf = (answer: Acknowledged): Outcome => (answer.acknowledged ? {} : { failure: answer.failure });

async function say(sandbox: Sandbox, person: Person, form: FormData): Promise<Outcome> {
  const text = field(form, 'text');
  const channel = field(form, 'channel');
  const threadTs = field(form, 'thread') || undefined;
  if (/^\/\w/.test(text)) return command(sandbox, person, { channel, text, inThread: Boolean(threadTs) });
  const files = await upload(person, form.getAll('files'));
  if (text.trim() === '' && files.length === 0) throw new Refusal('no_text', 'Write something first.');
  await person.post(channel, text, { threadTs, files });
  return {};
}

/** Runs a slash command; a failure to answer reaches the person as a message of Slackbot. */
async function command(
  sandbox: Sandbox,
  person: Person,
  typed: { channel: string; text: string; inThread: boolean },
): Promise<Outcome> {
  const [, name = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.text) ?? [];
  if (!sandbox.commands.some((one) => one.command === name)) {
    throw new Refusal('unknown_command', `${name} is not a valid command.`);
  }
  if (typed.inThread)
    throw new Refusal('command_in_thread', `${name} is not supported in threads. Use it in the channel.`);
  await person.command(typed.channel, name, rest);
  return {};
}

async function click(person: Person, form: FormData): Promise<Outcome> {
  const used = clickBody.parse(JSON.parse(field(form, '@click')));
  const open = person.modal()?.view;
  const inModal = open && 'view' in used.target && used.target.view === open.id;
  const selected = used.kind === 'button' ? undefined : enteredValue(used.kind, used.entered, person.user);
  const values = inModal ? await enteredValues(withoutFiles(open.blocks), form, person) : undefined;
  return outcomeOf(await person.click(used.target, used.action, { block_id: used.block, selected, values }));
}

/** Files are uploaded when the form is submitted, not at each click in it. */
const withoutFiles = (blocks: readonly Block[]): Block[] =>
  blocks.filter((block) => (block.element as { type?: string } | undefined)?.type !== 'file_input');

async function submit(person: Person, form: FormData) {
  const open = person.modal();
  if (!open) throw new Refusal('no_modal', 'This form is not open any more.');
  const outcome = await person.submit(await enteredValues(open.view.blocks, form, person));
  if (outcome.result === 'errors') return { errors: outcome.errors };
  return outcome.result === 'failed' ? { failure: outcome.failure } : {};
}

const field = (form: FormData, name: string): string => textsOf(form.getAll(name)).join('');
