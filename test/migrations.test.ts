import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';

const FOLDER = new URL('../migrations/meta/', import.meta.url);

interface Column {
  type: string;
  notNull: boolean;
  default?: unknown;
  identity?: object;
}
interface Table {
  columns: Record<string, Column>;
  indexes: Record<string, { isUnique: boolean; columns: object[] }>;
  uniqueConstraints: Record<string, object>;
  compositePrimaryKeys: Record<string, object>;
  foreignKeys: Record<string, object>;
  checkConstraints: Record<string, object>;
}
interface Snapshot {
  tables: Record<string, Table>;
}

const snapshots = readdirSync(FOLDER)
  .filter((name) => name.endsWith('_snapshot.json'))
  .toSorted();
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Snapshot;

/** What the version before reads or writes otherwise than it now stands there; new tables and plain indexes are nothing to it. */
function stumbles(before: Snapshot, after: Snapshot): string[] {
  return Object.entries(before.tables).flatMap(([name, old]) => {
    const now = after.tables[name];
    if (!now) return [`${name} is gone`];
    return [
      ...changed(columnsOf(old, now), now.columns),
      ...demandedAnew(old, now),
      ...changed(rulesOf(old), rulesOf(now)),
      ...added(rulesOf(old), rulesOf(now)),
    ].map((each) => `${name}.${each}`);
  });
}

/** Those of before; a default that has come to one is nothing to whoever fills it in. */
const columnsOf = (old: Table, now: Table): Record<string, Column> =>
  Object.fromEntries(
    Object.entries(old.columns).map(([name, column]) => {
      const value = now.columns[name]?.default;
      return [name, value === undefined || 'default' in column ? column : { ...column, default: value }];
    }),
  );

/** Columns that the version before knows nothing of, and must not leave out. */
const demandedAnew = (old: Table, now: Table): string[] =>
  Object.entries(now.columns).flatMap(([name, { notNull, default: value, identity }]) =>
    !(name in old.columns) && notNull && value === undefined && !identity ? [`${name} is demanded`] : [],
  );

/** What a row has to comply with, and what a conflict is found by. */
const rulesOf = (table: Table): Record<string, object> => ({
  ...table.uniqueConstraints,
  ...table.compositePrimaryKeys,
  ...table.foreignKeys,
  ...table.checkConstraints,
  ...Object.fromEntries(Object.entries(table.indexes).filter(([, { isUnique }]) => isUnique)),
});

const changed = (old: Record<string, object>, now: Record<string, object>): string[] =>
  Object.entries(old).flatMap(([name, it]) => {
    if (!now[name]) return [`${name} is gone`];
    return isDeepStrictEqual(it, now[name]) ? [] : [`${name} is another`];
  });

const added = (old: Record<string, object>, now: Record<string, object>): string[] =>
  Object.keys(now).flatMap((name) => (name in old ? [] : [`${name} is new`]));

test.each(snapshots.slice(1).map((name, index) => [name, snapshots[index] ?? '']))(
  'the version before reads and writes after %s as it did: both run side by side',
  (after, before) => {
    expect(stumbles(read(before), read(after))).toEqual([]);
  },
);

const ID: Column = { type: 'bigint', notNull: true, identity: { type: 'always' } };
const TRIES: Column = { type: 'integer', notNull: true, default: 0 };
const KIND: Column = { type: 'text', notNull: true };
const BY_KIND = { isUnique: false, columns: [{ expression: 'kind' }] };
const OUTBOX: Table = {
  columns: { id: ID, tries: TRIES, kind: KIND },
  indexes: { by_kind: BY_KIND },
  uniqueConstraints: { once: { columns: ['id', 'kind'] } },
  compositePrimaryKeys: {},
  foreignKeys: {},
  checkConstraints: {},
};
const withColumns = (columns: Record<string, Column>): Table => ({ ...OUTBOX, columns });
const columns = OUTBOX.columns;
const said = (column: Partial<Column>) => withColumns({ ...columns, said: { ...KIND, ...column } });

test.each<[string, Table | undefined, string[]]>([
  ['a column that may be left out', said({ notNull: false }), []],
  ['a column with a default', said({ default: "''" }), []],
  ['a column that numbers itself', withColumns({ ...columns, sequence: ID }), []],
  ['a default for an old column', withColumns({ ...columns, kind: { ...KIND, default: "'note'" } }), []],
  ['another index', { ...OUTBOX, indexes: { by_id: BY_KIND } }, []],
  ['a column that must be filled in', said({}), ['said is demanded']],
  ['no such table', undefined, ['gone']],
  ['a column less', withColumns({ id: ID, kind: KIND }), ['tries is gone']],
  ['a column by another name', withColumns({ id: ID, kind: KIND, attempts: TRIES }), ['tries is gone']],
  ['another type', withColumns({ ...columns, tries: { ...TRIES, type: 'text' } }), ['tries is another']],
  [
    'a default less',
    withColumns({ ...columns, tries: { ...TRIES, default: undefined } }),
    ['tries is another'],
  ],
  ['another default', withColumns({ ...columns, tries: { ...TRIES, default: 1 } }), ['tries is another']],
  ['emptiness allowed', withColumns({ ...columns, kind: { ...KIND, notNull: false } }), ['kind is another']],
  ['a conflict less', { ...OUTBOX, uniqueConstraints: {} }, ['once is gone']],
  [
    'a narrower conflict',
    { ...OUTBOX, uniqueConstraints: { once: { columns: ['id'] } } },
    ['once is another'],
  ],
  ['a new conflict', { ...OUTBOX, indexes: { by_kind: { ...BY_KIND, isUnique: true } } }, ['by_kind is new']],
  ['a new check', { ...OUTBOX, checkConstraints: { short: { value: 'tries < 9' } } }, ['short is new']],
])('%s → what the version before would stumble over, and nothing else', (_, now, noticed) => {
  const found = stumbles({ tables: { outbox: OUTBOX } }, { tables: now ? { outbox: now } : {} });
  expect(found).toEqual(noticed.map((each) => (now ? `outbox.${each}` : `outbox is ${each}`)));
});
