import { fileURLToPath } from 'node:url';
import type { Message } from '../../../src/slack/message.ts';
import { loadTemplates } from '../../../src/templates/renderer.ts';

/** A heartbeat as rooms see it: what every contestant posts. */
export function sampleMessage(): Message {
  const templates = loadTemplates(fileURLToPath(new URL('../../../templates/en', import.meta.url)));
  const at = new Date('2026-12-05T22:30:00Z');
  return templates.render('heartbeat', {
    key: 'UP-12',
    title: 'CRM 8 to CRM 9',
    zone: 'Europe/Berlin',
    state: 'in progress',
    elapsed: 60,
    remaining: 225,
    behind: 0,
    phase: 'execution',
    phase_end: at,
    no_return: at,
    to_no_return: 75,
    open_count: 1,
    open_issues: [{ number: 1, text: 'The import of contacts is slower than in the rehearsal' }],
    more_issues: 0,
    late: 0,
    missed: null,
    line: { text: 'The schema is migrated, contacts are on their way', by: 'UUMA', at },
    communicator: 'UUMA',
    silent: 0,
    silent_since: at,
    call_lead: null,
    call_sponsor: null,
    next_update: at,
  });
}
