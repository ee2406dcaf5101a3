import type { TextObject } from '@slack/types';
import { withEmoji } from './emoji.ts';
import { Mrkdwn, PlainLines, plainOf } from './mrkdwn.tsx';
import type { Viewpoint } from './viewpoint.ts';

/** A plain_text or mrkdwn object. */
export function Text({ text, viewpoint }: { text: TextObject; viewpoint: Viewpoint }) {
  if (text.type === 'mrkdwn')
    return <Mrkdwn text={text.text} verbatim={text.verbatim} viewpoint={viewpoint} />;
  return text.emoji === false ? <>{plainOf(text.text)}</> : <PlainLines text={plainOf(text.text)} />;
}

/** A text object as bare characters: for attributes, options and titles. */
export const bare = (text: { text: string } | undefined): string => withEmoji(plainOf(text?.text ?? ''));
