import { distance } from 'fastest-levenshtein';
import { WatchbellError } from '../errors.ts';
import { traced } from '../trace.ts';
import { markedSection } from './blocks.ts';
import { COMMAND, type RunCommand } from './dispatch.ts';
import { escapeText } from './inline.ts';
import type { Message } from './message.ts';
import type { Command } from './surface.ts';

/** A key alone asks to see that upgrade. */
const KEY = /^UP-\d+$/i;

/**
 * Finds the verb that somebody typed. `bare` answers `/upgrade` without one. Unknown input answers with the nearest verb
 * and repeats what was typed, so that nothing is lost.
 */
export function routeCommands(commands: Command[], bare: RunCommand): RunCommand {
  const byVerb = new Map(commands.map((command) => [command.verb, command]));
  return async (call) => {
    const { word, verb, rest } = splitVerb(KEY.test(call.text.trim()) ? `show ${call.text}` : call.text);
    if (verb === '') return bare(call);
    if (verb === 'help') return call.reply(sayHelp(commands));
    const command = byVerb.get(verb);
    if (!command) throw unknownVerb(word, [...byVerb.keys()]);
    return traced({ name: `${COMMAND} ${verb}` }, () => command.run({ ...call, text: rest }));
  };
}

/** The first word as typed and in lower case, and the rest with its line breaks. */
export function splitVerb(text: string): { word: string; verb: string; rest: string } {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return { word, verb: word.toLowerCase(), rest: rest.trimEnd() };
}

function unknownVerb(word: string, known: string[]): WatchbellError {
  const verb = word.toLowerCase();
  const nearest = [...known].sort((a, b) => distance(a, verb) - distance(b, verb))[0] ?? 'help';
  const near = distance(nearest, verb) <= Math.max(2, Math.floor(verb.length / 3));
  return new WatchbellError('invalid_input', `There is no ${COMMAND} ${word}.`, {
    next: near ? `Did you mean ${COMMAND} ${nearest}?` : `${COMMAND} help lists what there is.`,
  });
}

function sayHelp(commands: Command[]): Message {
  const lines = commands.map(({ usage, summary }) => ({ usage: `${COMMAND} ${usage}`, summary }));
  return {
    text: escapeText(lines.map(({ usage, summary }) => `${usage} — ${summary}`).join('\n')),
    blocks: [
      markedSection(
        `*What you can type*\nThe key (UP-n) may be left out where one upgrade is meant; a key alone shows that upgrade. Alone, \`${COMMAND}\` shows what you can do here now, as buttons.`,
      ),
      markedSection(
        lines.map(({ usage, summary }) => `\`${escapeText(usage)}\` ${escapeText(summary)}`).join('\n'),
      ),
    ],
  };
}
