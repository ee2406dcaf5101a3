import { channelAddress, personName, type Viewpoint } from './viewpoint.ts';

const BROADCASTS = ['here', 'channel', 'everyone'];

interface MentionProps {
  id: string;
  viewpoint: Viewpoint;
}

export function UserMention({ id, viewpoint }: MentionProps) {
  const mine = id === viewpoint.viewer.id;
  return <span class={mine ? 'mention mine' : 'mention'}>@{personName(viewpoint, id)}</span>;
}

export function ChannelMention({ id, viewpoint }: MentionProps) {
  const channel = viewpoint.directory.channel(id);
  const seen = channel && (channel.kind === 'public' || channel.members.includes(viewpoint.viewer.id));
  if (!seen) return <span class="mention">#private-channel</span>;
  return (
    <a class="mention" href={channelAddress(viewpoint.viewer.id, channel.id)}>
      #{channel.name}
    </a>
  );
}

export function GroupMention({ id, viewpoint }: MentionProps) {
  const group = viewpoint.directory.group(id);
  const mine = group?.users.includes(viewpoint.viewer.id);
  return <span class={mine ? 'mention mine' : 'mention'}>@{group?.handle ?? id}</span>;
}

export const BroadcastMention = ({ range }: { range: string }) => <span class="mention mine">@{range}</span>;

export const isBroadcast = (word: string): boolean => BROADCASTS.includes(word);

/** The address of a link, if it is one that a click may follow. */
export function safeAddress(address: string): string | undefined {
  return /^(https?:\/\/|mailto:|tel:)/i.test(address) ? address : undefined;
}

export function Link({ address, label }: { address: string; label?: string }) {
  const href = safeAddress(address);
  if (!href) return <span>{label ?? address}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {label ?? address.replace(/^mailto:|^tel:/, '')}
    </a>
  );
}
