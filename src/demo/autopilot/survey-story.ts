import type { FormValues } from '../../sandbox/index.ts';
import { berlin } from './instants.ts';
import type { Stage } from './stage.ts';

const names = (text: string): string[] => text.split(' ');

/** These answer before anybody is reminded. */
export const PROMPT = names(
  'arjun sunil mike lena tom max ravi anita kiran mia luis hugo deepa emma ines olga grace priya sam',
);
/** Answers once she is reminded. */
export const REMINDED = 'zoe';
/** Never answer. */
export const SILENT = names('noah petra');

const SATISFACTION = ['5', '4', '3', '4', '2'];

/** Twenty people answer, one of them twice. */
export async function playSurvey(stage: Stage): Promise<void> {
  await stage.passUntil(berlin('2026-12-15T09:00'));
  for (const [index, name] of PROMPT.entries()) {
    await answer(stage, name, { satisfaction: SATISFACTION[index % SATISFACTION.length] ?? '3' });
  }
  await answer(stage, 'arjun', {
    satisfaction: '1',
    kind: 'bug',
    difficulty: 'The search forgets my filter',
    suggestion: 'Keep the filter <!channel>',
  });
  await answer(stage, 'tom', { kind: 'how_to', difficulty: 'Where are my quotes?', mayName: ['yes'] });
  await stage.passUntil(berlin('2026-12-17T18:00'));
  await answer(stage, REMINDED, { satisfaction: '5', kind: 'missing', suggestion: 'A dark theme' });
  await stage.passUntil(berlin('2026-12-22T09:00'));
}

async function answer(stage: Stage, name: string, values: FormValues): Promise<void> {
  const invitation = stage.find(`@${name}`, /how is crm for you now|thank you/);
  const person = stage.as(name);
  await stage.opens(name, () => person.click(invitation.target, 'survey.answer'));
  const sent = await person.submit(values);
  if (sent.result !== 'updated') throw new Error(`${name}'s answer: ${JSON.stringify(sent)}`);
  await person.closeModal();
  await stage.settle();
}
