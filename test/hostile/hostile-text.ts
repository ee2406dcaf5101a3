import fc from 'fast-check';

/** Somebody whom the plan does not name and who never acts, and a group it does not name: only text could call them. */
export const BAIT = { user: 'UNOAH', group: 'SDBA' };

/** Texts that other programs have fallen for. */
const KNOWN = [
  '<@UNOAH>',
  '<@UNOAH|noah>',
  '@noah',
  '@here',
  '@channel',
  '@everyone',
  '<!here>',
  '<!channel>',
  '<!everyone|all>',
  '<!subteam^SDBA>',
  '<!subteam^SDBA|@dba>',
  '@dba',
  '<#CSUPPORT>',
  '<https://evil.example|sign in>',
  'https://evil.example/@here',
  '<mailto:a@b.example|write>',
  '<!date^1^{date}^https://evil.example|x>',
  '&lt;@UNOAH&gt;',
  '&amp;lt;!here&amp;gt;',
  '*bold* _italic_ ~struck~ `code` ```block```',
  '# header',
  '\n# header\n- item\n> quote\n---\n',
  '{{ 7 | times: 7 }}',
  '{% for i in (1..1000000000) %}{{ i }}{% endfor %}',
  '{{ who | mention }}',
  '{% raw %}<!here>{% endraw %}',
  '\uE000{"type":"user","id":"UNOAH"}\uE001',
  '\uE000{"type":"broadcast","range":"here"}\uE001',
  '\uE000{"type":',
  '\uE000\uE001',
  '\u202Egnp.exe',
  '\u0000',
  '\uD800',
  '\uDC00\uD83D',
  '\uFFFF\uFFFE',
  '👩‍👩‍👧‍👦'.repeat(30),
  'e\u0301'.repeat(200),
  'a'.repeat(2_000),
  '&'.repeat(1_500),
  '<'.repeat(2_001),
  '\n'.repeat(500),
  '\t\r\n\v\f\u2028\u2029',
  "'; drop table upgrade; --",
  '%s%n%x $PATH $(id) `id`',
  '__proto__',
  'constructor',
  'UP-1',
  'UP-1 UP-2',
  '1e999',
  'NaN',
  '-1',
  '２０２６-12-05',
];

const piece = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...KNOWN) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
    { weight: 1, arbitrary: fc.lorem({ maxCount: 12 }) },
  );

/** What somebody might type who means harm, or whose keyboard does. */
export const hostileText = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: piece() },
    { weight: 2, arbitrary: fc.array(piece(), { minLength: 2, maxLength: 5 }).map((some) => some.join(' ')) },
    {
      weight: 1,
      arbitrary: fc.tuple(piece(), fc.integer({ min: 2, max: 400 })).map(([text, n]) => text.repeat(n)),
    },
  );

/** The same, cut to a length. */
export const hostileLine = (most: number): fc.Arbitrary<string> =>
  hostileText().map((text) => text.slice(0, most));

/** A line that says something, if only a sign. */
export const hostileWords = (most: number): fc.Arbitrary<string> =>
  hostileLine(most).map((line) => (line.replaceAll('\0', '').trim() === '' ? '-' : line));

/** Mostly a zone an hour ahead of UTC in winter, as that of the shipped plan; else what could be taken for one. */
export const hostileZone = (): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom('Europe/Berlin', 'europe/madrid', 'CET', 'Africa/Lagos', 'Etc/GMT-1'),
    },
    { weight: 1, arbitrary: fc.constantFrom('constructor', 'toString', 'UTC+02', 'Europe/Berlin +01:00') },
    { weight: 1, arbitrary: hostileLine(60) },
  );
