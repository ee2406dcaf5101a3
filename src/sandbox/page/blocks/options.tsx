import type { MultiSelect, Option, Select } from '@slack/types';
import { bare } from './text.tsx';
import type { Viewpoint } from './viewpoint.ts';

export interface Choice {
  value: string;
  label: string;
  group?: string;
}

/** What a menu offers this viewer. */
export function choicesOf(menu: Select | MultiSelect, viewpoint: Viewpoint): Choice[] {
  switch (menu.type) {
    case 'users_select':
    case 'multi_users_select':
      return people(viewpoint);
    case 'channels_select':
    case 'multi_channels_select':
      return channels(viewpoint, ['public']);
    case 'conversations_select':
    case 'multi_conversations_select':
      return channels(viewpoint, menu.filter?.include ?? ['public', 'private', 'im']);
    case 'static_select':
    case 'multi_static_select':
      return [
        ...(menu.options ?? []).map((option) => choice(option)),
        ...(menu.option_groups ?? []).flatMap(({ label, options }) =>
          options.map((option) => choice(option, bare(label))),
        ),
      ];
    case 'external_select':
    case 'multi_external_select':
      return [];
  }
}

export function initialChoices(menu: Select | MultiSelect): string[] {
  switch (menu.type) {
    case 'users_select':
      return given(menu.initial_user);
    case 'multi_users_select':
      return menu.initial_users ?? [];
    case 'channels_select':
      return given(menu.initial_channel);
    case 'multi_channels_select':
      return menu.initial_channels ?? [];
    case 'conversations_select':
      return given(menu.initial_conversation);
    case 'multi_conversations_select':
      return menu.initial_conversations ?? [];
    case 'static_select':
    case 'external_select':
      return given(menu.initial_option?.value);
    case 'multi_static_select':
    case 'multi_external_select':
      return (menu.initial_options ?? []).map(({ value }) => value ?? '');
  }
}

const given = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

const choice = (option: Option, group?: string): Choice => ({
  value: option.value ?? '',
  label: bare(option.text),
  group,
});

const people = ({ directory }: Viewpoint): Choice[] =>
  directory.users
    .filter(({ deleted }) => !deleted)
    .map(({ id, real_name, title }) => ({ value: id, label: title ? `${real_name} – ${title}` : real_name }));

function channels({ directory, viewer }: Viewpoint, kinds: readonly string[]): Choice[] {
  return directory.channels
    .filter((channel) => kinds.includes(channel.kind) && !channel.is_archived)
    .filter((channel) => channel.kind === 'public' || channel.members.includes(viewer.id))
    .map(({ id, name, kind }) => ({ value: id, label: kind === 'im' ? name : `#${name}` }));
}
