import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('../migrations/meta/', import.meta.url);

interface Snapshot {
  tables: Record<string, { columns: Record<string, { notNull: boolean; default?: unknown }> }>;
}

const snapshots = readdirSync(FOLDER)
  .filter((name) => name.endsWith('_snapshot.json'))
  .toSorted();
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Snapshot;

/** Of the tables that the version before writes to, the columns that it knows nothing of, and must not leave out. */
function demandedAnew(before: Snapshot, after: Snapshot): string[] {
  return Object.entries(before.tables).flatMap(([table, { columns }]) =>
    Object.entries(after.tables[table]?.columns ?? {}).flatMap(([column, { notNull, default: value }]) =>
      !(column in columns) && notNull && value === undefined ? [`${table}.${column}`] : [],
    ),
  );
}

test.each(snapshots.slice(1).map((name, index) => [name, snapshots[index] ?? '']))(
  'what the version before writes still goes in after %s: both run side by side',
  (after, before) => {
    expect(demandedAnew(read(before), read(after))).toEqual([]);
  },
);

test('a column that the version before would have to fill in is noticed', () => {
  const table = (columns: Snapshot['tables'][string]['columns']) => ({ tables: { outbox: { columns } } });
  const now = table({
    id: { notNull: true },
    said: { notNull: false },
    tries: { notNull: true, default: 0 },
  });
  expect(demandedAnew(table({ id: { notNull: true } }), now)).toEqual([]);
  expect(demandedAnew(table({}), now)).toEqual(['outbox.id']);
});
