import { inspectQueue } from '../jobs/bullmq/inspect.ts';
import { type Finding, orBad } from './finding.ts';

const SUBJECT = 'queue';

export function examineQueue(url: string): Promise<Finding[]> {
  const remedy =
    'Check QUEUE_URL and that the server runs. Until then Postgres keeps the time, a little less exactly.';
  return orBad(SUBJECT, remedy, async () => {
    const { backend, version, settings, ready } = await inspectQueue(url);
    const found: Finding = { subject: SUBJECT, state: 'good', text: `BullMQ on ${backend} ${version}` };
    if (!ready) {
      return [{ ...found, state: 'bad', text: 'its tables are not there', remedy: 'Run watchbell migrate.' }];
    }
    return backend === 'redis' ? [found, ...advise(settings)] : [found];
  });
}

/** What of Redis' settings costs punctuality or rings. */
function advise(settings: Record<string, string>): Finding[] {
  const { maxmemory_policy: policy, aof_enabled: kept, aof_last_write_status: written } = settings;
  const hz = settings.configured_hz ?? settings.hz;
  const found: Finding[] = [];
  const doubt = (text: string, remedy: string) =>
    found.push({ subject: SUBJECT, state: 'doubtful', text, remedy });
  if (policy === undefined || kept === undefined)
    doubt(
      'Redis does not tell how it is set up',
      'Allow INFO, or see to it yourself: appendonly yes, maxmemory-policy noeviction, hz 100.',
    );
  if (policy !== undefined && policy !== 'noeviction')
    doubt('Redis may drop jobs when its memory is full', 'Set maxmemory-policy noeviction.');
  if (kept === '0')
    doubt('Redis forgets its jobs when it restarts', 'Set appendonly yes; Postgres knows them all the same.');
  if (kept === '1' && written !== undefined && written !== 'ok')
    doubt('Redis could not write to its disk', 'Look at its disk: it may be full.');
  if (hz !== undefined && Number(hz) < 100)
    doubt(`Redis looks at its clock ${hz} times a second`, 'Set hz 100: messages are then more punctual.');
  return found;
}
