import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumPath } from '../../../test/support/chromium.ts';
import { startWorld, type World } from '../../../test/support/page-world.ts';
import { PATIENCE } from '../../../test/support/patience.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;

describe.skipIf(!chromiumPath)('the page in a browser', () => {
  let world: World;
  const pages: Page[] = [];
  const clicks: { user: string; action: string; value?: string }[] = [];

  beforeAll(async () => {
    world = await startWorld();
    world.app.action(/.*/, async ({ ack, body, action }) => {
      await ack();
      const { action_id, value, selected_option, selected_user } = action as unknown as Record<
        string,
        unknown
      > & {
        selected_option?: { value: string };
      };
      clicks.push({
        user: body.user.id,
        action: String(action_id),
        value: String(value ?? selected_option?.value ?? selected_user),
      });
    });
    world.app.command('/upgrade', async ({ ack, command, client }) => {
      if (command.text === 'sleep') return;
      await ack();
      const { channel_id: channel, user_id: user, text } = command;
      await client.chat.postEphemeral({ channel, user, text: `You said: ${text}` });
    });
    world.app.event('app_home_opened', async ({ event, client }) => {
      const blocks = [{ type: 'header', text: plain(`Upgrades of ${event.user}`) }];
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });
  }, 60_000);

  afterEach(async () => {
    clicks.length = 0;
    await Promise.all(pages.splice(0).map((page) => page.close()));
  });

  afterAll(() => world?.close());

  async function open(user: string, place?: string): Promise<Page> {
    const page = await world.open(user, place);
    pages.push(page);
    return page;
  }

  const channelId = (name = 'crm-upgrade') => world.sandbox.state.channel(name)?.id ?? '';
  const post = (text: string, blocks: object[] = []) =>
    world.app.client.chat.postMessage({ channel: channelId(), text, blocks: blocks as never });

  async function say(page: Page, text: string): Promise<void> {
    await page.getByTestId('composer').fill(text);
    await page.getByTestId('composer').press('Enter');
  }

  test('a post reaches others without a reload and leaves what they are typing alone', async () => {
    const [dana, uma] = [await open('UDANA'), await open('UUMA')];
    await uma.getByTestId('composer').fill('half a sen');
    await say(dana, 'hello *team*');
    await uma.getByText('hello team').waitFor();
    expect(await uma.getByTestId('composer').inputValue()).toBe('half a sen');
    expect(await dana.getByTestId('composer').inputValue()).toBe('');
  });

  test('Shift+Enter makes a line, Enter sends both', async () => {
    const dana = await open('UDANA');
    const composer = dana.getByTestId('composer');
    await composer.pressSequentially('first');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('second');
    await composer.press('Enter');
    await vi.waitFor(
      () => expect(world.sandbox.state.messages(channelId()).at(-1)?.text).toBe('first\nsecond'),
      PATIENCE,
    );
  });

  test('an attached file is shown to the others and can be downloaded, never opened as a page', async () => {
    const [dana, uma] = [await open('UDANA'), await open('UUMA')];
    const file = {
      name: 'notes.html',
      mimeType: 'text/html',
      buffer: Buffer.from('<script>alert(1)</script>'),
    };
    await dana.getByLabel('Attach files').setInputFiles(file);
    await dana.getByText('notes.html').waitFor();
    await say(dana, 'my notes');
    const card = uma.locator('a.file', { hasText: 'notes.html' });
    await card.waitFor();
    const answer = await uma.request.get(`${world.sandbox.url}${await card.getAttribute('href')}`);
    expect(answer.headers()['content-disposition']).toContain('attachment');
    expect(await answer.text()).toBe('<script>alert(1)</script>');
  });

  test('somebody else is a click away, at the same place', async () => {
    const page = await open('UDANA');
    await page.getByTestId('who').click();
    await page.getByTestId('find-person').fill('sponsor');
    expect(await page.getByTestId('user-UUMA').isVisible()).toBe(false);
    await page.getByTestId('user-UPRIYA').click();
    await page.waitForURL(`**/as/UPRIYA/${channelId()}`);
    await say(page, 'I am the sponsor');
    await vi.waitFor(
      () => expect(world.sandbox.state.messages(channelId()).at(-1)?.user).toBe('UPRIYA'),
      PATIENCE,
    );
  });

  test('an ephemeral reply is seen by its addressee only', async () => {
    const [dana, uma] = [await open('UDANA'), await open('UUMA')];
    await say(dana, '/upgrade show me');
    await dana.getByText('You said: show me').waitFor();
    await dana.getByText('Only visible to you').first().waitFor();
    await say(dana, 'after it');
    await uma.getByText('after it').waitFor();
    expect(await uma.getByText('You said: show me').count()).toBe(0);
  });

  test('a command that is not answered in time fails as Slack shows it', async () => {
    const dana = await open('UDANA');
    await say(dana, '/upgrade sleep');
    await dana.getByText('failed with the error "operation_timeout"').waitFor();
  });

  test('an unknown command is refused and kept', async () => {
    const dana = await open('UDANA');
    await say(dana, '/upgrad help');
    await dana.getByText('/upgrad is not a valid command.').waitFor();
    expect(await dana.getByTestId('composer').inputValue()).toBe('/upgrad help');
  });

  test('a confirm dialog: denied → nothing runs, accepted → it runs once', async () => {
    const { ts } = await post('Vote', [
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'vote',
            value: 'back',
            text: plain('Roll back'),
            confirm: {
              title: plain('Sure?'),
              text: plain('It ends'),
              confirm: plain('Do it'),
              deny: plain('Wait'),
            },
          },
        ],
      },
    ]);
    const priya = await open('UPRIYA');
    const button = priya.getByTestId(`message-${ts}`).getByTestId('action-vote');
    await button.click();
    await priya.getByTestId('confirm-deny').click();
    await priya.getByTestId('confirm').waitFor({ state: 'detached' });
    expect(clicks).toEqual([]);
    await button.click();
    await priya.getByTestId('confirm-accept').click();
    await vi.waitFor(
      () => expect(clicks).toEqual([{ user: 'UPRIYA', action: 'vote', value: 'back' }]),
      PATIENCE,
    );
  });

  test('menus in a message report what was chosen', async () => {
    const option = (value: string) => ({ text: plain(value), value });
    const { ts } = await post('Choose', [
      {
        type: 'actions',
        elements: [
          { type: 'static_select', action_id: 'pick', options: [option('a'), option('b')] },
          { type: 'users_select', action_id: 'who' },
          { type: 'overflow', action_id: 'more', options: [option('p'), option('q')] },
          { type: 'radio_buttons', action_id: 'radio', options: [option('x'), option('y')] },
        ],
      },
    ]);
    const message = (await open('UUMA')).getByTestId(`message-${ts}`);
    await message.getByTestId('action-pick').selectOption('b');
    await message.getByTestId('action-who').selectOption('UPRIYA');
    await message.getByTestId('action-more').click();
    await message.getByRole('menuitem', { name: 'q' }).click();
    await message.getByLabel('y').check();
    await vi.waitFor(
      () => expect(clicks.map(({ value }) => value).sort()).toEqual(['UPRIYA', 'b', 'q', 'y']),
      PATIENCE,
    );
  });

  test('times are in the zone of who reads', async () => {
    const at = Date.parse('2026-12-05T22:00:00Z') / 1000;
    const { ts } = await post(`Window <!date^${at}^{date_num} {time}|later>`);
    const shown = async (user: string) =>
      (await open(user)).getByTestId(`message-${ts}`).locator('.text').textContent();
    expect(await shown('UDANA')).toBe('Window 2026-12-05 23:00');
    expect((await shown('UPRIYA'))?.replace('\u202f', ' ')).toBe('Window 2026-12-05 5:00 PM');
    expect(await shown('UDANA')).not.toContain('later');
  });

  test('an edited message changes in place, its thread opens and takes a reply', async () => {
    const { ts = '' } = await post('Step one');
    const [dana, uma] = [await open('UDANA'), await open('UUMA')];
    await world.app.client.chat.update({ channel: channelId(), ts, text: 'Step two' });
    await dana.getByTestId(`message-${ts}`).getByText('Step two').waitFor();
    await dana.getByTestId(`message-${ts}`).hover();
    await dana.getByTestId(`reply-${ts}`).click();
    await dana.getByTestId('thread-composer').fill('Seen');
    await dana.getByTestId('thread-composer').press('Enter');
    await uma.getByTestId(`thread-${ts}`).getByText('1 reply').waitFor();
    await dana.getByTestId('close-thread').click();
    await dana.getByTestId('thread-composer').waitFor({ state: 'detached' });
  });

  test('news does not move the page under somebody who reads further up', async () => {
    for (let line = 0; line < 40; line += 1) await world.sandbox.as('dana').post(channelId(), `line ${line}`);
    const uma = await open('UUMA');
    const pane = uma.locator('[data-scroll=main]');
    await uma.getByText('line 39').waitFor();
    await expect.poll(() => pane.evaluate((node) => node.scrollTop > 200)).toBe(true);
    await pane.evaluate((node) => {
      node.scrollTop = 100;
    });
    await world.sandbox.as('dana').post(channelId(), 'news at the end');
    await uma.getByText('news at the end').waitFor();
    expect(await pane.evaluate((node) => node.scrollTop)).toBe(100);
    await uma.getByRole('button', { name: 'New messages' }).click();
    await expect.poll(() => pane.evaluate((node) => node.scrollTop > 200)).toBe(true);
  });

  test('news elsewhere is marked at its channel until it is read', async () => {
    const uma = await open('UUMA', 'home');
    await world.sandbox.as('dana').post(channelId(), 'hello @uma');
    const place = uma.getByTestId('channel-crm-upgrade');
    await place.locator('.calls').getByText('1').waitFor();
    await place.click();
    await place.locator('.calls').waitFor({ state: 'detached' });
  });

  test('Home is published when it is opened', async () => {
    const uma = await open('UUMA');
    await uma.getByTestId('home').click();
    await uma.getByTestId('home-view').getByText('Upgrades of UUMA').waitFor();
  });

  test('hostile text stays text', async () => {
    const dana = await open('UDANA');
    const alarms: string[] = [];
    dana.on('dialog', (dialog) => void dialog.dismiss().then(() => alarms.push('dialog')));
    await say(dana, '<img src=x onerror=alert(1)><script>alert(2)</script> @here <!channel>');
    await dana.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await dana.locator('.lines img, .lines script').count()).toBe(0);
    expect(alarms).toEqual([]);
  });

  test('the clock can be set going, stopped and moved to the next event', async () => {
    const dana = await open('UDANA');
    await dana.getByTestId('clock-speed-600').click();
    await vi.waitFor(() => expect(world.clock.speed).toBe(600), PATIENCE);
    await dana.getByTestId('clock-speed-0').click();
    await expect.poll(() => dana.getByTestId('clock-speed-0').getAttribute('aria-pressed')).toBe('true');
    await dana.getByTestId('clock-next').click();
    await expect.poll(() => dana.getByTestId('clock').textContent()).toContain('23:30:00');
    expect(await dana.getByTestId('clock-next').textContent()).toContain('Heartbeat of UP-12');
  });

  test('a channel one is not in can be read and joined', async () => {
    const mike = await open('UMIKE', 'engineering');
    await mike.getByTestId('join').click();
    await mike.getByTestId('composer').waitFor();
    expect(world.sandbox.state.channel('engineering')?.members).toContain('UMIKE');
  });
});
