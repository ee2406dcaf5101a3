import { invalidInput, notFound, type Problem } from '../errors.ts';
import { input, markedSection, modal, textInput, textSection } from '../slack/blocks.ts';
import { SlackFailure } from '../slack/failure.ts';
import { LIMITS } from '../slack/limits.ts';
import { sayError } from '../slack/reply.ts';
import type { Call, CommandCall, SubmissionAnswer, SubmissionCall } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { createUpgrade } from '../upgrade/create-upgrade.ts';
import { editPlan } from '../upgrade/edit-plan.ts';
import { findUpgradeByNumber, keyOf, type Upgrade } from '../upgrade/store.ts';
import { admitPlanner } from './admit-planner.ts';
import { answerIn, type Origin, readOrigin, writeOrigin } from './answer-in.ts';
import { drawDraft } from './draw-draft.ts';
import { textOf } from './form-values.ts';
import { readYaml } from './read-plan.ts';

export const IMPORT_SUBMIT = 'planning.import.submit';

/** Far more than any plan needs; keeps a wrong file from being read at all. */
const MOST_BYTES = 200_000;
/** Problems that fit under an input; with more, all of them come in a private message too. */
const MOST_UNDER_INPUT = 5;

/**
 * `/upgrade import [UP-n] [yaml]`: a form for pasted or uploaded YAML, with what was typed in it. What is too long for
 * the form is imported at once. With a key, the plan takes the place of that draft's.
 */
export async function importPlan(call: CommandCall): Promise<void> {
  const { context, actor, channelId } = call;
  await admitViewer(context, actor);
  const { upgrade, text } = await readKey(call);
  const patienceMs = await admitPlanner(call, upgrade?.id);
  const origin = { channelId, upgradeId: upgrade?.id };
  if (text.length <= LIMITS.plainTextInput) {
    const view = importModal(text, origin, upgrade);
    await context.slack.of(actor.teamId).openView(call.triggerId, view);
    return;
  }
  const problems = await save(call, { content: text }, origin, patienceMs);
  if (problems) await call.reply(sayRefused(problems, text));
}

export const openImport = (call: Call): Promise<void> => importPlan({ ...call, text: '' });

async function readKey(call: CommandCall): Promise<{ upgrade?: Upgrade; text: string }> {
  const typed = /^UP-(\d{1,9})\b\s*/i.exec(call.text);
  if (!typed) return { text: unfenced(call.text) };
  const upgrade = await findUpgradeByNumber(call.context.db, call.actor.teamId, Number(typed[1]));
  if (!upgrade) throw notFound(`There is no UP-${typed[1]} here.`, 'List what there is with /upgrade list.');
  return { upgrade, text: unfenced(call.text.slice(typed[0].length)) };
}

/** People paste plans as code. */
const unfenced = (text: string): string => text.trim().replace(/^```(?:ya?ml)?\n?|\n?```$/g, '');

function importModal(text: string, origin: Origin, upgrade?: Upgrade) {
  const intro = upgrade
    ? `The plan takes the place of the present one of ${keyOf(upgrade)}.`
    : 'The plan becomes a draft; nobody is told anything before it is scheduled.';
  return modal({
    callbackId: IMPORT_SUBMIT,
    title: 'Import a plan',
    submit: 'Import',
    metadata: writeOrigin(origin),
    blocks: [
      markedSection(intro),
      textInput('yaml', {
        label: 'Plan as YAML',
        multiline: true,
        optional: true,
        initial: text,
        placeholder: 'upgrade: CRM 8 to CRM 9',
        hint: 'Up to 3,000 characters, which is all that Slack takes here. Upload a longer one below.',
      }),
      input('file', {
        label: 'Or a file',
        optional: true,
        hint: 'A YAML file of at most 200 kB',
        element: { type: 'file_input', max_files: 1 },
      }),
    ],
  });
}

/** Makes a draft of what was pasted or uploaded; problems appear under it with line and column, and the text stays. */
export async function submitImport(call: SubmissionCall): Promise<SubmissionAnswer> {
  const { values } = call;
  const origin = readOrigin(call.metadata);
  const pasted = unfenced(textOf(values.yaml));
  const [fileId] = [values.file ?? []].flat();
  if (!pasted && !fileId) return { errors: { yaml: 'Paste a plan here, or upload one below.' } };
  if (pasted && fileId) {
    return { errors: { file: 'There is a pasted plan and a file: take one of them out.' } };
  }
  const patienceMs = await admitPlanner(call, origin.upgradeId);
  const read = fileId ? await readFile(call, fileId) : { content: pasted };
  if ('refused' in read) return { errors: { file: read.refused } };
  const problems = await save(call, read, origin, patienceMs);
  if (!problems) return undefined;
  if (problems.length > MOST_UNDER_INPUT) await answerIn(call, origin.channelId)(sayRefused(problems));
  return { errors: { [fileId ? 'file' : 'yaml']: underInput(problems) } };
}

/** Undefined when a draft was made and its maker told; otherwise what stands against it. */
async function save(
  call: Call,
  { name, content }: { name?: string; content: string },
  origin: Origin,
  patienceMs: number,
): Promise<readonly Problem[] | undefined> {
  const { context, actor } = call;
  const slack = context.slack.of(actor.teamId);
  const reading = { slack, teamId: actor.teamId, now: context.clock.now(), patienceMs };
  const { plan, warnings, problems } = await readYaml(content, reading);
  if (!plan) return problems;
  const edited = origin.upgradeId !== undefined;
  const upgrade = edited
    ? await editPlan(context, actor, origin.upgradeId as number, plan)
    : await createUpgrade(context, actor, plan, name);
  const answer = await drawDraft(context, actor, { upgrade, warnings, edited });
  await answerIn(call, origin.channelId)(answer);
  return undefined;
}

async function readFile(
  { context, actor }: Call,
  fileId: string,
): Promise<{ name: string; content: string } | { refused: string }> {
  try {
    return await context.slack.of(actor.teamId).readFile(fileId, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    if (error.reason === 'file_too_large')
      return { refused: 'The file is larger than 200 kB: no plan is. Choose another.' };
    if (error.reason === 'file_elsewhere')
      return {
        refused: 'This file does not lie in Slack, it is only linked. Upload it, or paste the plan above.',
      };
    context.logger.warn({ err: error }, 'planning: an uploaded plan could not be read');
    return { refused: 'Slack does not let me read this file. Try once more, or paste the plan above.' };
  }
}

function underInput(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MOST_UNDER_INPUT).map(sayProblem);
  const rest = problems.length - shown.length;
  return [...shown, ...(rest > 0 ? [`And ${rest} more: all are in a private message to you.`] : [])].join(
    ' • ',
  );
}

const sayProblem = ({ line, column, message }: Problem): string =>
  line === undefined ? message : `Line ${line}, column ${column ?? 1}: ${message}`;

/** Every problem; what was typed comes back with them where there is no form that keeps it. */
function sayRefused(problems: readonly Problem[], typed = '') {
  const count = problems.length === 1 ? 'one place' : `${problems.length} places`;
  const said = sayError(
    invalidInput(
      `The plan cannot be used as it is, in ${count}.`,
      [...problems],
      'Mend them and import it again.',
    ),
  );
  const pieces = typed.match(/[\s\S]{1,2900}/g) ?? [];
  return { text: said.text, blocks: [...said.blocks, ...pieces.map(textSection)] };
}
