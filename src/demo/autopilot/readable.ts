import type { SandboxState } from '../../sandbox/index.ts';

/** Slack's text in plain words: dates by their fallback, people, channels and groups by name, entities resolved. */
export function readable(text: string, state: SandboxState): string {
  return text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id: string) => `@${state.user(id)?.name ?? id}`)
    .replace(/<#(\w+)(?:\|[^>]*)?>/g, (_, id: string) => `#${state.channel(id)?.name ?? id}`)
    .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (_, id: string) => `@${state.group(id)?.handle ?? id}`)
    .replaceAll('\u2060', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
