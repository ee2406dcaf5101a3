import { WatchbellError } from '../errors.ts';
import { proveTexts, readSamples } from '../templates/own-texts.ts';
import type { Finding } from './finding.ts';

const SUBJECT = 'templates';

/** Draws every message text from sample data, with the organisation's own ones in place: not for the first time at 02:00. */
export async function examineTemplates(folder: string | undefined): Promise<Finding[]> {
  try {
    const { own } = proveTexts(folder);
    const all = Object.keys(readSamples()).length;
    return [
      { subject: SUBJECT, state: 'good', text: `all ${all} can be drawn, ${own.length} of them your own` },
    ];
  } catch (error) {
    if (!(error instanceof WatchbellError)) throw error;
    const texts = error.problems.map(({ path, message }) => `${path} ${message}`);
    return (texts.length > 0 ? texts : [error.message]).map((text) => ({
      subject: SUBJECT,
      state: 'bad',
      text,
      remedy: error.next,
    }));
  }
}
