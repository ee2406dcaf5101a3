import { distance } from 'fastest-levenshtein';
import { WatchbellError } from '../errors.ts';
import { traced } from '../trace.ts';
import { markedSection } from './blocks.ts';
import { COMMAND, type RunCommand } from './dispatch.ts';
import { escapeText } from './inline.ts';
import type { Message } from './message.ts';
import type { Command } from './surface.ts';

/**
 * Finds the verb that somebody typed. `bare` answers `/upgrade` without one. Unknown input answers with the nearest verb
 * and repeats what was typed, so that nothing is lost.
 */
export function routeCommands(commands: Command[], bare: RunCommand): RunCommand {
  const byVerb = new Map(commands.map((command) => [command.verb, command]));
  return async (call) => {
    const { verb, rest } = splitVerb(call.text);
    if (verb === '') return bare(call);
    if (verb === 'help') return call.reply(sayHelp(commands));
    const command = byVerb.get(verb);
    if (!command) throw unknownVerb(verb, [...byVerb.keys()]);
    return traced({ name: `${COMMAND} ${verb}` }, () => command.run({ ...call, text: rest }));
  };
}

/** The first word in lower case, and the rest with its line breaks. */
export function splitVerb(text: string): { verb: string; rest: string } {
  const [, verb = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return { verb: verb.toLowerCase(), rest: rest.trimEnd() };
}

function unknownVerb(verb: string, known: string[]): WatchbellError {
  const nearest = [...known].sort((a, b) => distance(a, verb) - distance(b, verb))[0] ?? 'help';
  const near = distance(nearest, verb) <= Math.max(2, Math.floor(verb.length / 3));
  return new WatchbellError('invalid_input', `There is no ${COMMAND} ${verb}.`, {
    next: near ? `Did you mean ${COMMAND} ${nearest}?` : `${COMMAND} help lists what there is.`,
  });
}

function sayHelp(commands: Command[]): Message {
  const lines = commands.map(({ usage, summary }) => ({ usage: `${COMMAND} ${usage}`, summary }));
  return {
    text: escapeText(lines.map(({ usage, summary }) => `${usage} — ${summary}`).join('\n')),
    blocks: [
      markedSection(
        `*What you can type*\nThe key (UP-n) may be left out where one upgrade is meant. Alone, \`${COMMAND}\` shows what you can do here now, as buttons.`,
      ),
      markedSection(
        lines.map(({ usage, summary }) => `\`${escapeText(usage)}\` ${escapeText(summary)}`).join('\n'),
      ),
    ],
  };
}
