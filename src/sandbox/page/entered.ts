import type { Block, FormValue, FormValues, Person, User } from '../model.ts';
import { unixTime } from './local-time.ts';

/** What the controls of one element hold, as the person who entered it means it: times are in their zone. */
export function enteredValue(kind: string, entered: readonly string[], viewer: User): FormValue {
  if (kind === 'checkboxes' || kind.startsWith('multi_')) return [...entered];
  const [first = ''] = entered;
  if (first === '') return null;
  return kind === 'datetimepicker' ? unixTime(first, viewer.tz) : first;
}

/** A submitted modal's form as values by block id; files are uploaded on the way. */
export async function enteredValues(
  blocks: readonly Block[],
  form: FormData,
  person: Person,
): Promise<FormValues> {
  const values: FormValues = {};
  for (const block of blocks.filter(({ type }) => type === 'input')) {
    const entries = form.getAll(block.block_id);
    const kind = (block.element as { type: string }).type;
    values[block.block_id] =
      kind === 'file_input'
        ? await upload(person, entries)
        : enteredValue(kind, textsOf(entries), person.user);
  }
  return values;
}

/** The texts among a form's entries. Browsers send a form's line breaks as CRLF; people typed LF. */
export const textsOf = (entries: ReturnType<FormData['getAll']>): string[] =>
  entries.filter((entry) => typeof entry === 'string').map((text) => text.replaceAll('\r\n', '\n'));

/** Uploads the files among a form's entries and answers their ids. A file field left empty holds one nameless file. */
export async function upload(person: Person, entries: ReturnType<FormData['getAll']>): Promise<string[]> {
  const ids: string[] = [];
  for (const entry of entries) {
    if (typeof entry === 'string' || (entry.name === '' && entry.size === 0)) continue;
    const content = Buffer.from(await entry.arrayBuffer());
    ids.push(person.uploadFile(entry.name, content, entry.type || undefined).id);
  }
  return ids;
}
