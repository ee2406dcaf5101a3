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
    return [found, ...advise(settings)];
  });
}

function advise(settings: Record<string, string>): Finding[] {
  const doubt = (text: string, remedy: string): Finding => ({
    subject: SUBJECT,
    state: 'doubtful',
    text,
    remedy,
  });
  const found: Finding[] = [];
  if (settings['maxmemory-policy'] && settings['maxmemory-policy'] !== 'noeviction') {
    found.push(doubt('Redis may drop jobs when its memory is full', 'Set maxmemory-policy noeviction.'));
  }
  if (settings.appendonly === 'no') {
    found.push(
      doubt(
        'Redis forgets its jobs when it restarts',
        'Set appendonly yes; Postgres knows them all the same.',
      ),
    );
  }
  if (settings.appendonly === 'yes' && settings.written && settings.written !== 'ok') {
    found.push(doubt('Redis could not write to its disk', 'Look at its disk: it may be full.'));
  }
  if (settings.hz && Number(settings.hz) < 100) {
    found.push(
      doubt(
        `Redis looks at its clock ${settings.hz} times a second`,
        'Set hz 100: messages are then more punctual.',
      ),
    );
  }
  return found;
}
