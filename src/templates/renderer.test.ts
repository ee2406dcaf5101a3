import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadTemplates } from './renderer.ts';

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.liquid`), text);
const render = (text: string, data: Record<string, unknown> = {}) => {
  write('it', text);
  return loadTemplates(folder).render('it', data);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchbell-templates-'));
});

describe('templates', () => {
  it('people, channels and instants are drawn as Slack draws them', () => {
    const { blocks, text } = render(
      "{{ who | mention }} in {{ room | channel }} at {{ at | when: 'Europe/Berlin' }}",
      {
        who: ['UDANA', 'USAM'],
        room: 'CCRM',
        at: new Date('2026-12-05T21:00:00Z'),
      },
    );
    expect(text).toBe(
      '<@UDANA>, <@USAM> in <#CCRM> at <!date^1796504400^{date_short_pretty} {time}|2026-12-05 22:00 Europe/Berlin>',
    );
    expect(JSON.stringify(blocks)).toContain('"type":"date","timestamp":1796504400');
  });

  it.each([
    ['of the same night', '2026-12-06T01:45:00Z', '{time}'],
    ['a day later', '2026-12-06T21:00:00Z', '{date_short_pretty} {time}'],
  ])('an end %s is said with as much as tells its day', (_, end, format) => {
    const { text } = render("{{ end | until: start, 'Europe/Berlin' }}", {
      start: new Date('2026-12-05T21:00:00Z'),
      end: new Date(end),
    });
    expect(text).toContain(`^${format}|`);
  });

  it('`raw` does not let markup through', () => {
    expect(render('{{ said | raw }}', { said: '<!channel>' }).text).toBe('&lt;!channel&gt;');
  });

  it('the marks of values cannot be forged, not even through capture', () => {
    const forged = '\uE000{"type":"user","id":"UDANA"}\uE001';
    expect(render('{{ said }}', { said: forged }).text).not.toContain('<@');
    expect(render('{% capture it %}{{ said }}{% endcapture %}{{ it }}', { said: '<@UDANA>' }).text).toBe(
      '&lt;@UDANA&gt;',
    );
  });

  it('a variable that is not there is an error, an absent one in a condition is not', () => {
    expect(() => render('{{ nobody }}')).toThrow(/nobody/);
    expect(render('{% if nobody %}x{% else %}nobody{% endif %}').text).toBe('nobody');
  });

  it('a broken template is found at start, by name', () => {
    write('broken', '{% if %}');
    expect(() => loadTemplates(folder)).toThrow(/broken\.liquid/);
  });

  it('templates reach no files and do not run for ever', () => {
    write('it', "{% render '/etc/passwd' %}");
    expect(() => loadTemplates(folder).render('it', {})).toThrow();
    expect(() => render('{% for i in (1..100000000) %}{{ i }}{% endfor %}')).toThrow();
  });

  it('a message that is too long is shortened, and says where the whole is', () => {
    const { text, blocks } = render('{{ said }}', { said: 'long '.repeat(5_000) });
    expect(text.length).toBeLessThanOrEqual(3_900);
    expect(JSON.stringify(blocks.at(-1))).toContain('Shortened');
  });
});
