import { randomUUID } from 'node:crypto';
import type { App, RespondFn } from '@slack/bolt';
import type { Context } from '../context.ts';
import { notFound, WatchbellError } from '../errors.ts';
import { traced } from '../trace.ts';
import { readElement, readForm } from './form.ts';
import { explainDefect, replier, sayError, sayInLine } from './reply.ts';
import type {
  ActionCall,
  Call,
  CommandCall,
  Submission,
  SubmissionAnswer,
  SubmissionCall,
  Surface,
} from './surface.ts';
import { Turns } from './turns.ts';

/** The one slash command. */
export const COMMAND = '/upgrade';

/**
 * Commands and clicks: over HTTP their `ack` says nothing by itself, since most of them are acknowledged before they come here.
 * Forms are answered by theirs.
 */
export const acksWithNothing = ({ command, type }: Record<string, unknown>): boolean =>
  command === COMMAND || type === 'block_actions';

/** Buttons `command.pick.<n>` run the command that is their value, as if it had been typed. */
export const PICK = 'command.pick';

/** What each kind of payload has in common. */
interface Payload {
  user?: { id: string; team_id?: string };
  user_id?: string;
  team?: { id: string } | null;
  team_id?: string;
  trigger_id?: string;
  channel?: { id: string };
  channel_id?: string;
}

/** Runs what is behind `/upgrade <text>`: a verb of a slice, or what `fallback` makes of it. */
export type RunCommand = (call: CommandCall) => Promise<void>;

/**
 * Binds what the slices offer to Bolt: acknowledges, identifies the person by the signed payload, and answers every error.
 * Returns the acts under way: what was acknowledged is to be carried out before the process ends.
 */
export function bindSurfaces(
  app: App,
  context: Context,
  surfaces: Surface[],
  runCommand: RunCommand,
): Pick<Turns, 'all'> {
  const turns = new Turns(ACTS_AT_ONCE);
  const handle = <C extends Call>(...act: Parameters<typeof guarded<C>>) => turns.take(() => guarded(...act));
  app.command(COMMAND, async ({ ack, body, respond }) => {
    await ack();
    const run = (call: Call) => runCommand({ ...call, text: body.text });
    await handle('command', callOf(context, body, respond), run, `${COMMAND} ${body.text}`);
  });
  const deeds = surfaces.flatMap((surface) => surface.actions ?? []);
  app.action(ANY, async ({ ack, body, respond, payload }) => {
    await ack();
    const call = callOf(context, body as Payload, respond);
    const clicked = actionCall(call, body as unknown as ActionBody, payload as unknown as ActionPayload);
    if (isMeant(`${PICK}.*`, clicked.actionId)) {
      const text = clicked.value;
      return handle('command', call, () => runCommand({ ...call, text }), `${COMMAND} ${text}`);
    }
    const action = deeds.find(({ actionId }) => isMeant(actionId, clicked.actionId));
    await handle(`action ${action?.actionId}`, clicked, async () => {
      if (!action) throw nothingBehind('button');
      await action.run(clicked);
    });
  });
  const forms = surfaces.flatMap((surface) => surface.views ?? []);
  app.view({ callback_id: ANY, type: 'view_submission' }, async ({ ack, body, view: shown }) => {
    const call: SubmissionCall = {
      ...callOf(context, body as unknown as Payload, undefined),
      values: readForm(shown.state),
      metadata: shown.private_metadata,
      viewId: shown.id,
    };
    const firstInput = shown.blocks?.find((block) => block.type === 'input')?.block_id;
    const form = forms.find(({ callbackId }) => callbackId === shown.callback_id);
    const answer = await turns.note(
      traced({ name: `form ${form?.callbackId}`, from: null }, () => answerTo(call, form, firstInput)),
    );
    await (ack as (response?: unknown) => Promise<void>)(toResponse(answer));
  });
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const call = callOf(context, { user: { id: event.user }, team_id: body.team_id }, undefined);
    for (const surface of surfaces) if (surface.home) await handle('home', call, surface.home);
  });
  return turns;
}

/** Most of the time of an act is spent waiting for Slack, which takes its form within three seconds of the click or not at all. */
const ACTS_AT_ONCE = 32;

const ANY = /^/;

const isMeant = (actionId: string, clicked: string): boolean =>
  actionId.endsWith('.*') ? clicked.startsWith(actionId.slice(0, -1)) : clicked === actionId;

/** Messages outlive the program that posted them. */
const nothingBehind = (what: string) =>
  notFound(`Nothing stands behind this ${what} any more.`, `Type ${COMMAND} for what you can do now.`);

function callOf(context: Context, body: Payload, respond: RespondFn | undefined): Call {
  const userId = body.user?.id ?? body.user_id ?? '';
  const teamId = body.team?.id ?? body.team_id ?? body.user?.team_id ?? '';
  const channelId = body.channel?.id ?? body.channel_id;
  const client = () => context.slack.of(teamId);
  return {
    context,
    actor: { teamId, userId },
    channelId,
    triggerId: body.trigger_id ?? '',
    reply: (answer) =>
      replier({
        get client() {
          return client();
        },
        userId,
        channelId,
        respond,
        logger: context.logger,
      })(answer),
  };
}

interface ActionBody {
  message?: { ts: string };
  container?: { message_ts?: string };
  channel?: { id: string };
  view?: { id: string; private_metadata: string; state: Parameters<typeof readForm>[0] };
  response_url?: string;
}
type ActionPayload = { action_id: string } & Parameters<typeof readElement>[0];

function actionCall(call: Call, body: ActionBody, payload: ActionPayload): ActionCall {
  const ts = body.message?.ts ?? body.container?.message_ts;
  const value = readElement(payload);
  return {
    ...call,
    actionId: payload.action_id,
    value: Array.isArray(value) ? value.join(',') : (value ?? ''),
    message: ts && body.channel ? { channel: body.channel.id, ts } : undefined,
    view: body.view && {
      id: body.view.id,
      metadata: body.view.private_metadata,
      values: readForm(body.view.state),
    },
  };
}

/** Nobody is left without an answer, nor without the words they typed. */
async function guarded<C extends Call>(
  name: string,
  call: C,
  act: (call: C) => Promise<void>,
  typed?: string,
): Promise<void> {
  try {
    await traced({ name, from: null }, () => act(call));
  } catch (error) {
    await call.reply(sayError(explained(call, error), typed));
  }
}

async function answerTo(
  call: SubmissionCall,
  form: Submission | undefined,
  firstInput: string | undefined,
): Promise<SubmissionAnswer> {
  try {
    if (!form) throw nothingBehind('form');
    return await form.submit(call);
  } catch (error) {
    const explanation = explained(call, error);
    if (firstInput) return { errors: { [firstInput]: sayInLine(explanation) } };
    await call.reply(sayError(explanation));
    return undefined;
  }
}

/** An error that a person can act on stays as it is; anything else is logged, with the reference that the person is told. */
function explained(call: Call, error: unknown): WatchbellError {
  if (error instanceof WatchbellError) return error;
  const reference = randomUUID().slice(0, 8);
  call.context.logger.error({ err: error, reference }, 'an act of a person failed');
  return explainDefect(error, reference);
}

function toResponse(answer: SubmissionAnswer): unknown {
  if (answer === undefined) return undefined;
  if (answer === 'close all') return { response_action: 'clear' };
  if ('errors' in answer) return { response_action: 'errors', errors: answer.errors };
  if ('update' in answer) return { response_action: 'update', view: answer.update };
  return { response_action: 'push', view: answer.push };
}
