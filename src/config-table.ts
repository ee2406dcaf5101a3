import type { VariableRow } from './config.ts';

/** The variables as a Markdown table. */
export function toMarkdownTable(rows: VariableRow[]): string {
  const lines = rows.map(({ name, standard, meaning }) => `| \`${name}\` | ${standard} | ${meaning} |`);
  return ['| variable | default | what it is for |', '|---|---|---|', ...lines].join('\n');
}

/** `document` with the table between the markers of this name renewed. */
export function renewTable(document: string, name: string, table: string): string {
  const opening = `<!-- ${name}: written by npm run docs -->`;
  const begin = document.indexOf(opening);
  const end = document.indexOf(`<!-- /${name} -->`);
  if (begin < 0 || end < begin) throw new Error(`No “${opening}” with its end in this document.`);
  return `${document.slice(0, begin + opening.length)}\n\n${table}\n\n${document.slice(end)}`;
}
