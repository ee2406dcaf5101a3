import { TZDate } from '@date-fns/tz';
import { isWeekend } from 'date-fns';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type Answer,
  closingTime,
  deriveInvitations,
  deriveResults,
  distinct,
  type Invitation,
  preparedAt,
} from './rules.ts';

const iso = (at: Date) => at.toISOString().slice(0, 16);

function invitationIn(timezone: string, completedAt: Date, days: number): Invitation {
  const [invitation] = deriveInvitations([{ id: 'U1', timezone }], completedAt, days);
  if (!invitation) throw new Error('nobody is invited');
  return invitation;
}

describe('when somebody is asked and reminded', () => {
  test.each([
    ['an ordinary week', 'Europe/Berlin', '2026-11-24T20:00Z', '2026-12-01T09:00', '2026-12-04T09:00'],
    ['a Sunday → Monday', 'Europe/Berlin', '2026-12-06T01:30Z', '2026-12-14T09:00', '2026-12-17T09:00'],
    ['their own Saturday', 'America/New_York', '2026-12-06T01:30Z', '2026-12-14T15:00', '2026-12-17T15:00'],
    ['half an hour off', 'Asia/Kolkata', '2026-12-06T01:30Z', '2026-12-14T04:30', '2026-12-17T04:30'],
    [
      'reminder on Sunday → Monday',
      'Europe/Berlin',
      '2026-12-03T20:00Z',
      '2026-12-10T09:00',
      '2026-12-14T09:00',
    ],
    [
      'clocks go forward between',
      'Europe/Berlin',
      '2027-03-22T20:00Z',
      '2027-03-29T08:00',
      '2027-04-01T08:00',
    ],
    ['and in New York', 'America/New_York', '2027-03-09T02:00Z', '2027-03-15T14:00', '2027-03-18T14:00'],
    ['clocks go back between', 'Europe/Berlin', '2026-10-20T20:00Z', '2026-10-27T09:00', '2026-10-30T09:00'],
  ])('%s in %s', (_, timezone, completed, invited, reminded) => {
    const invitation = invitationIn(timezone, new Date(completed), 7);
    expect([iso(invitation.inviteAt), iso(invitation.nudgeAt)]).toEqual([invited, reminded]);
  });

  const zones = [
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
  ];
  it('is 10:00 of a working day wherever they are, after the survey was prepared, with the reminder before its end', () => {
    const instants = fc.date({
      min: new Date('2026-01-01'),
      max: new Date('2028-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(...zones),
        (at, days, timezone) => {
          const invitation = invitationIn(timezone, at, days);
          expect(preparedAt(at, days).getTime()).toBeLessThanOrEqual(invitation.inviteAt.getTime());
          expect(invitation.nudgeAt.getTime()).toBeLessThan(closingTime([invitation]).getTime());
          for (const asked of [invitation.inviteAt, invitation.nudgeAt]) {
            const local = new TZDate(asked.getTime(), timezone);
            expect([local.getHours(), local.getMinutes(), isWeekend(local)]).toEqual([10, 0, false]);
          }
        },
      ),
    );
  });

  it('distinct instants → each once, earliest first', () => {
    const [a, b] = [new Date(2), new Date(1)];
    expect(distinct([a, b, new Date(2)])).toEqual([b, a]);
  });
});

describe('results', () => {
  const answer = (userId: string, satisfaction: number, more: Partial<Answer> = {}) => ({
    userId,
    satisfaction,
    difficulty: null,
    kind: null,
    suggestion: null,
    mayName: false,
    ...more,
  });

  it('count, rate, distribution and average', () => {
    const results = deriveResults(6, [answer('U1', 5), answer('U2', 5), answer('U3', 2), answer('U4', 4)]);
    expect(results).toMatchObject({ answered: 4, rate: 67, distribution: [0, 1, 0, 1, 2], average: '4.0' });
  });

  it('comments by kind, named only where agreed, in the order of their words', () => {
    const { comments } = deriveResults(9, [
      answer('U1', 1, { kind: 'bug', difficulty: 'Search is slow' }),
      answer('U2', 2, { kind: 'bug', difficulty: 'Quotes vanish', mayName: true }),
      answer('U3', 3, { kind: 'how_to', suggestion: 'How do I export?' }),
      answer('U4', 3, { difficulty: 'Fine by me' }),
    ]);
    expect(comments).toEqual([
      {
        kind: 'Something is broken',
        comments: [
          { text: 'Quotes vanish', userId: 'U2' },
          { text: 'Search is slow', userId: null },
        ],
      },
      { kind: 'How do I …?', comments: [{ text: 'How do I export?', userId: null }] },
      { kind: 'Other remarks', comments: [{ text: 'Fine by me', userId: null }] },
    ]);
  });

  it('fewer than three answers → neither a distribution nor a comment of somebody who did not agree', () => {
    const results = deriveResults(9, [
      answer('U1', 1, { difficulty: 'Mine alone' }),
      answer('U2', 1, { difficulty: 'Name me', mayName: true }),
    ]);
    expect(results).toMatchObject({ answered: 2, distribution: undefined, average: undefined });
    expect(results.comments.flatMap(({ comments }) => comments)).toEqual([{ text: 'Name me', userId: 'U2' }]);
  });

  it('nobody invited → no division by zero', () => {
    expect(deriveResults(0, [])).toMatchObject({ rate: 0, comments: [] });
  });
});
