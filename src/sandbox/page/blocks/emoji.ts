import { get } from 'node-emoji';

/** Slack's names that node-emoji does not have, or gives to another picture. */
const SLACK_NAMES: Record<string, string> = {
  thumbsup: '👍',
  thumbsdown: '👎',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  large_orange_circle: '🟠',
  large_purple_circle: '🟣',
  large_brown_circle: '🟤',
  large_green_square: '🟩',
  large_yellow_square: '🟨',
  large_red_square: '🟥',
  large_blue_square: '🟦',
  simple_smile: '🙂',
  slightly_smiling_face: '🙂',
  octagonal_sign: '🛑',
  double_vertical_bar: '⏸️',
  black_square_for_stop: '⏹️',
  black_right_pointing_triangle_with_double_vertical_bar: '⏯️',
  pencil: '📝',
  heavy_exclamation_mark: '❗',
  raising_hand: '🙋',
  spiral_calendar_pad: '🗓️',
  spiral_note_pad: '🗒️',
  timer_clock: '⏲️',
  lower_left_ballpoint_pen: '🖊️',
  bellhop_bell: '🛎️',
  ladder: '🪜',
  satellite_antenna: '📡',
  face_with_monocle: '🧐',
  saluting_face: '🫡',
  compass: '🧭',
};

/** The character of a short code without colons, or `undefined` where there is none. */
export function emojiCharacter(name: string): string | undefined {
  const flag = /^flag-([a-z]{2})$/.exec(name)?.[1];
  if (flag) return String.fromCodePoint(...[...flag].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 97));
  return SLACK_NAMES[name] ?? get(name);
}

/** Replaces the short codes of a text; unknown ones stay as they are. */
export function withEmoji(text: string): string {
  return text.replace(
    /:([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?/g,
    (code, name: string) => emojiCharacter(name) ?? code,
  );
}
