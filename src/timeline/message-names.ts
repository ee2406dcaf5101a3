/** What each kind of message is called in a record. */
const NAMES: Record<string, string> = {
  headline: 'the pinned message',
  role: 'word of their role',
  notice: 'the notice',
  'notice.moved': 'word of the new time',
  'notice.cancelled': 'word of the cancellation',
  'notice.started': 'word of the start',
  'notice.not_started': 'word that it has not started',
  'notice.decided': 'word of the decision',
  'notice.completed': 'word of the completion',
  'notice.rolled_back': 'word of the rollback',
  'start.awaited': 'the question about the start',
  'start.overdue': 'the question about the start to the sponsor too',
  heartbeat: 'the heartbeat',
  'heartbeat.ask': 'the request for a status line',
  'window.end': 'the question at the end of the window',
  decision: 'the rollback decision',
  'rollback.escalated': 'the call to the deputy',
  'rollback.steps': 'the steps of the rollback',
  survey: 'the survey',
  'survey.nudge': 'the survey reminder',
  'survey.results': 'the survey results',
};

/** A kind without a name of its own stands for itself, in quotation marks. */
export const nameOfMessage = (kind: string): string => NAMES[kind] ?? `“${words(kind)}”`;

/** `heartbeat.ask` and `roll_back` as words. */
export const words = (code: string): string => code.replaceAll(/[._-]/g, ' ');
