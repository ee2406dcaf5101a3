import type { Attempt } from '../people.ts';

/** What an answer promises, and the fact that must stand on the record then. */
const PROMISES: [verb: string, answer: RegExp, fact: string][] = [
  ['schedule', /^UP-\d+ is scheduled\./, 'upgrade.scheduled'],
  ['reschedule', /^UP-\d+ is moved/, 'upgrade.rescheduled'],
  ['cancel', /^UP-\d+ is cancelled\. /, 'upgrade.cancelled'],
  ['start', /^UP-\d+ has started/, 'upgrade.started'],
  ['done', /^UP-\d+ is being verified\. /, 'upgrade.verifying'],
  ['done', /^UP-\d+ is complete\./, 'upgrade.completed'],
  ['done', /^UP-\d+ is rolled back\. /, 'upgrade.rolled_back'],
  ['close', /^UP-\d+ is closed\. /, 'upgrade.closed'],
  ['status', /^Your status line/, 'status.reported'],
  ['issue', /^Issue \d+ of UP-\d+ is open/, 'issue.opened'],
  ['resolve', /^Issue \d+ of UP-\d+ is resolved/, 'issue.resolved'],
  ['rollback', /has been asked to decide/, 'rollback.asked'],
  ['rollback', /Your reason now stands beside it/, 'rollback.advised'],
  ['vote roll_back', /^UP-\d+: decided, roll back/, 'rollback.decided'],
  ['vote keep_going', /^UP-\d+: decided, keep going/, 'rollback.decided'],
  ['vote more_time', /^UP-\d+: there is more time/, 'rollback.extended'],
];

/** The fact that somebody was told of. */
export const promiseOf = ({ verb, answer }: Pick<Attempt, 'verb' | 'answer'>): string | undefined =>
  PROMISES.find(([of, says]) => of === verb && says.test(plain(answer)))?.[2];

/** Whether this is how another act than `verb` is answered where it is carried out. */
export const answersAnother = (verb: string, answer: string): boolean => {
  const ofThese = PROMISES.filter(([, says]) => says.test(plain(answer)));
  return ofThese.length > 0 && ofThese.every(([of]) => of !== verb);
};

/** Without its markup. */
export const plain = (text: string): string => text.replaceAll('*', '');
