import type { Channel, Ephemeral, Message, Person, Sandbox } from '../model.ts';
import { personName, type Viewpoint } from './blocks/viewpoint.ts';
import type { ClockControls } from './clock-controls.ts';
import type { ReadMarks } from './read-marks.ts';

/** Everything one page shows: who looks, at what, with which thread open. */
export interface Scene {
  sandbox: Sandbox;
  person: Person;
  viewpoint: Viewpoint;
  marks: ReadMarks;
  clock?: ClockControls;
  /** The channel that is open; none on the Home tab. */
  channel?: Channel;
  /** The open thread's parent. */
  thread?: Message;
}

export interface SceneRequest {
  sandbox: Sandbox;
  marks: ReadMarks;
  clock?: ClockControls;
  userId: string;
  /** A channel's id, or `home`. */
  place: string;
  threadTs?: string;
}

/** `undefined` when there is no such user, or this person does not see such a channel. */
export function findScene(request: SceneRequest): Scene | undefined {
  const { sandbox, marks, clock, userId, place, threadTs } = request;
  if (!sandbox.state.user(userId)) return undefined;
  const person = sandbox.as(userId);
  const viewpoint = { viewer: person.user, now: sandbox.clock.now(), directory: sandbox.state };
  const scene = { sandbox, marks, clock, person, viewpoint };
  if (place === 'home') return scene;
  const channel = visibleChannels(sandbox, person).find(({ id }) => id === place);
  if (!channel) return undefined;
  return { ...scene, channel, thread: threadTs ? sandbox.state.message(channel.id, threadTs) : undefined };
}

/** Joined channels and direct messages, then public channels that could be joined. */
export function visibleChannels(sandbox: Sandbox, person: Person): Channel[] {
  const joined = person.channels();
  const known = new Set(joined.map(({ id }) => id));
  const open = sandbox.state.channels.filter(
    ({ id, kind, is_archived }) => kind === 'public' && !is_archived && !known.has(id),
  );
  return [...joined, ...open];
}

/** The name in front of a conversation: a direct message is called after the other person. */
export function placeName({ viewpoint }: Scene, channel: Channel): string {
  if (channel.kind !== 'im') return channel.name;
  return personName(viewpoint, channel.members.find((id) => id !== viewpoint.viewer.id) ?? channel.name);
}

/** The same with its sign, for sentences. */
export const placeLabel = (scene: Scene, channel: Channel): string =>
  `${channel.kind === 'im' ? '' : '#'}${placeName(scene, channel)}`;

/** A line of a conversation: a message everyone sees or an ephemeral one. */
export type Entry = { kind: 'message'; message: Message } | { kind: 'ephemeral'; ephemeral: Ephemeral };

/** What this person sees in a channel, or in one thread of it, in order of time. */
export function entriesOf({ person, sandbox }: Scene, channelId: string, threadTs?: string): Entry[] {
  const messages = threadTs ? sandbox.state.thread(channelId, threadTs) : sandbox.state.messages(channelId);
  const entries: Entry[] = [
    ...messages.map((message) => ({ kind: 'message', message }) as const),
    ...sandbox.state
      .ephemerals(person.id, channelId)
      .filter(({ thread_ts }) => thread_ts === threadTs)
      .map((ephemeral) => ({ kind: 'ephemeral', ephemeral }) as const),
  ];
  return entries.sort((a, b) => Number(tsOf(a)) - Number(tsOf(b)));
}

export const tsOf = (entry: Entry): string =>
  entry.kind === 'message' ? entry.message.ts : entry.ephemeral.ts;
