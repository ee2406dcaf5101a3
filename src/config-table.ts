import type { VariableRow } from './config.ts';

const BEGIN = '<!-- configuration: written by npm run docs -->';
const END = '<!-- /configuration -->';

/** The variables as a Markdown table. */
export function toMarkdownTable(rows: VariableRow[]): string {
  const lines = rows.map(({ name, standard, meaning }) => `| \`${name}\` | ${standard} | ${meaning} |`);
  return ['| variable | default | what it is for |', '|---|---|---|', ...lines].join('\n');
}

/** `document` with the table between its markers renewed. */
export function renewTable(document: string, rows: VariableRow[]): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`No “${BEGIN}” followed by “${END}” in this document.`);
  const before = document.slice(0, begin + BEGIN.length);
  return `${before}\n\n${toMarkdownTable(rows)}\n\n${document.slice(end)}`;
}
