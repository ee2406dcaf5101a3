import { describe, expect, test } from 'vitest';
import { viewpointOf } from './directory-fixture.ts';
import { Mrkdwn } from './mrkdwn.tsx';

const render = (text: string, more: { verbatim?: boolean; viewer?: string } = {}): string =>
  String(<Mrkdwn text={text} verbatim={more.verbatim} viewpoint={viewpointOf(more.viewer ?? 'U1')} />);

describe('markup', () => {
  test.each([
    ['*bold* and _italic_ and ~gone~', '<b>bold</b> and <i>italic</i> and <s>gone</s>'],
    ['*bold with _italic_ in it*', '<b>bold with <i>italic</i> in it</b>'],
    ['a*b*c and snake_case_name', 'a*b*c and snake_case_name'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['`*not bold*`', '<code>*not bold*</code>'],
    ['before\n```\nx &lt; 1\n*y*\n```\nafter', 'before<pre>x &lt; 1\n*y*</pre>after'],
    ['&gt; quoted\n&gt; twice\nplain', '<blockquote>quoted<br/>twice</blockquote>plain'],
    ['one\ntwo', 'one<br/>two'],
    ['<https://status.example/a_b_c|the status_page>', 'rel="noreferrer noopener">the status_page</a>'],
    ['_see <https://a.example/x_y> now_', '<i>see <a href="https://a.example/x_y"'],
    ['see https://a.example/x.', 'href="https://a.example/x"'],
    [':bell: :large_green_circle: :flag-de: :no_such_thing:', '🔔 🟢 🇩🇪 :no_such_thing:'],
    ['<#C1> <#C1|other>', '<a class="mention" href="/as/U1/C1">#crm-upgrade</a>'],
    ['<#C2>', '#private-channel'],
    ['<@U2>', '<span class="mention">@Priya</span>'],
    ['<@U1>', '<span class="mention mine">@Dana</span>'],
    ['<!subteam^S1>', '<span class="mention mine">@dba</span>'],
    [
      '<!here> <!channel|channel>',
      '<span class="mention mine">@here</span> <span class="mention mine">@channel</span>',
    ],
  ])('%s', (text, html) => {
    expect(render(text)).toContain(html);
  });

  test('plain @here calls people unless the text is verbatim, as in Slack', () => {
    expect(render('hi @here')).toContain('<span class="mention mine">@here</span>');
    expect(render('hi @here and https://a.example', { verbatim: true })).toBe(
      'hi @here and https://a.example',
    );
  });
});

describe('hostile text stays text', () => {
  test.each([
    ['<script>alert(1)</script>', '<script'],
    ['&lt;img src=x onerror=alert(1)&gt;', '<img'],
    ['<javascript:alert(1)|click>', 'href'],
    ['<data:text/html,x|click>', 'href'],
    ['<https://a.example/"onmouseover="alert(1)|x>', '"onmouseover'],
    ['*<b>*', '<b><b>'],
    ['<@U3>', 'Sam <b>'],
    ['`<i>`', '<i>'],
    ['```<i>```', '<i>'],
    ['<!date^x^{date}|<u>>', '<u>'],
    ['\uE0000\uE001', '\uE000'],
  ])('%s', (text, forbidden) => {
    expect(render(text)).not.toContain(forbidden);
  });
});

describe('dates in the zone of who reads', () => {
  const start = Date.parse('2026-12-05T21:30:00Z') / 1000;
  test.each([
    ['U1', '{date_short_pretty} at {time}', 'Today at 22:30'],
    ['U2', '{date_short_pretty} at {time}', 'Today at 3:00 AM'],
    ['U3', '{time_secs}', '4:30:00 PM'],
    ['U1', '{date_num}', '2026-12-05'],
    ['U2', '{date_num}', '2026-12-06'],
    ['U1', '{date_long}', 'Saturday 5 December 2026'],
    ['U3', '{date_long}', 'Saturday December 5 2026'],
    ['U3', '{ago}', 'in 30 minutes'],
    ['U1', '{no_such_token}', 'fallback'],
  ])('%s reads %s as %s', (viewer, template, shown) => {
    const html = render(`<!date^${start}^${template}|fallback>`, { viewer });
    expect(
      html
        .replace(/<[^>]+>/g, '')
        .replaceAll('\u202f', ' ')
        .replaceAll(',', ''),
    ).toBe(shown);
  });
});
