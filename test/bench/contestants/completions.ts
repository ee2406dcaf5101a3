import type pg from 'pg';

/** The row that a plain queue's job writes when its post went out. */
export async function completions(pool: pg.Pool) {
  await pool.query(
    'create table completion (id bigserial primary key, ts text not null, at timestamptz not null)',
  );
  let count = 0;
  let expected = Number.POSITIVE_INFINITY;
  let finish = () => {};
  return {
    async note(ts: string): Promise<void> {
      await pool.query('insert into completion (ts, at) values ($1, now())', [ts]);
      count += 1;
      if (count >= expected) finish();
    },
    /** Resolves when so many more have been written since the last time. */
    all(wanted: number): Promise<void> {
      return new Promise((resolve) => {
        finish = () => {
          count -= wanted;
          expected = Number.POSITIVE_INFINITY;
          resolve();
        };
        expected = wanted;
        if (count >= expected) finish();
      });
    },
  };
}
