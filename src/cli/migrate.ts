import { readStores } from '../config.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { standingOn } from '../doctor/trouble.ts';
import { migrateQueue } from '../jobs/bullmq/index.ts';

export async function migrate(): Promise<0> {
  const { databaseUrl, queueUrl } = readStores();
  await standingOn('database', () =>
    migrateDatabase(databaseUrl, () => standingOn('queue', () => migrateQueue(queueUrl))),
  );
  console.log('The database is up to date.');
  return 0;
}
