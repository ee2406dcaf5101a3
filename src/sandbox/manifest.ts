import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { AppManifest } from './model.ts';

const shape = z.object({
  display_information: z.object({ name: z.string() }),
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean() }),
    bot_user: z.object({ display_name: z.string() }),
    slash_commands: z.array(
      z.object({ command: z.string(), description: z.string(), usage_hint: z.string().default('') }),
    ),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.boolean() }),
    socket_mode_enabled: z.boolean(),
  }),
});

/** Reads a Slack app manifest (YAML). Throws where it lacks something the sandbox goes by. */
export function readManifest(path: string | URL): AppManifest {
  const { display_information, features, oauth_config, settings } = shape.parse(
    parse(readFileSync(path, 'utf8')),
  );
  return {
    name: display_information.name,
    botDisplayName: features.bot_user.display_name,
    commands: features.slash_commands.map(({ command, description, usage_hint }) => ({
      command,
      description,
      usageHint: usage_hint,
    })),
    botScopes: oauth_config.scopes.bot,
    botEvents: settings.event_subscriptions.bot_events,
    homeTab: features.app_home.home_tab_enabled,
    interactivity: settings.interactivity.is_enabled,
    socketMode: settings.socket_mode_enabled,
  };
}
