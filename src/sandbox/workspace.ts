import type { Clock } from '../clock.ts';
import { botUser } from './bot-user.ts';
import type {
  AppManifest,
  Change,
  Channel,
  Ephemeral,
  Group,
  Message,
  Organisation,
  Pin,
  SandboxState,
  SlackFile,
  Team,
  User,
  View,
} from './model.ts';

/** Everything one Slack workspace holds, in memory. Methods that change something tell the listeners. */
export class Workspace implements SandboxState {
  readonly team: Team;
  readonly users: User[];
  readonly channels: Channel[];
  readonly groups: Group[];
  readonly files: SlackFile[] = [];
  readonly bot: User;
  readonly #clock: Clock;
  readonly #messages = new Map<string, Message[]>();
  readonly #ephemerals: Ephemeral[] = [];
  readonly #contents = new Map<string, Buffer>();
  readonly #views = new Map<string, View[]>();
  readonly #homes = new Map<string, View>();
  readonly #pins = new Map<string, Pin[]>();
  readonly #listeners = new Set<(change: Change) => void>();
  #lastTs = 0;
  #lastId = 0;

  constructor(organisation: Organisation, manifest: AppManifest, clock: Clock) {
    this.#clock = clock;
    this.team = organisation.team;
    this.groups = structuredClone(organisation.groups);
    this.bot = botUser(organisation.team, manifest);
    this.users = [...structuredClone(organisation.users), this.bot];
    this.channels = organisation.channels.map((seed) => ({
      id: seed.id,
      name: seed.name,
      kind: seed.kind ?? 'public',
      topic: seed.topic ?? '',
      is_archived: false,
      members: seed.bot ? [...seed.members, this.bot.id] : [...seed.members],
      created: this.seconds(),
    }));
  }

  /** Unix seconds on the sandbox's clock. */
  seconds(): number {
    return Math.floor(this.#clock.now().getTime() / 1000);
  }

  /** A message's time stamp: unique and increasing, even while the clock stands still or was set back. */
  nextTs(): string {
    this.#lastTs = Math.max(this.#clock.now().getTime() * 1000, this.#lastTs + 100);
    const micros = String(this.#lastTs % 1_000_000).padStart(6, '0');
    return `${Math.floor(this.#lastTs / 1_000_000)}.${micros}`;
  }

  nextId(prefix: string): string {
    this.#lastId += 1;
    return `${prefix}${String(this.#lastId).padStart(8, '0')}`;
  }

  user(id: string): User | undefined {
    return this.users.find((user) => user.id === id);
  }

  channel(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, '');
    return (
      this.channels.find((channel) => channel.id === idOrName) ??
      this.channels.find((channel) => channel.kind !== 'im' && channel.name === name)
    );
  }

  group(id: string): Group | undefined {
    return this.groups.find((group) => group.id === id);
  }

  messages(channelId: string): Message[] {
    return this.#all(channelId).filter(
      (message) => !message.thread_ts || message.thread_ts === message.ts || message.reply_broadcast,
    );
  }

  message(channelId: string, ts: string): Message | undefined {
    return this.#all(channelId).find((message) => message.ts === ts);
  }

  thread(channelId: string, ts: string): Message[] {
    return this.#all(channelId).filter((message) => message.ts === ts || message.thread_ts === ts);
  }

  ephemerals(userId: string, channelId?: string): Ephemeral[] {
    return this.#ephemerals.filter(
      (one) => one.user === userId && (channelId === undefined || one.channel === channelId),
    );
  }

  ephemeral(id: string): Ephemeral | undefined {
    return this.#ephemerals.find((one) => one.id === id);
  }

  file(id: string): SlackFile | undefined {
    return this.files.find((file) => file.id === id);
  }

  content(fileId: string): Buffer | undefined {
    return this.#contents.get(fileId);
  }

  views(userId: string): View[] {
    return [...(this.#views.get(userId) ?? [])];
  }

  home(userId: string): View | undefined {
    return this.#homes.get(userId);
  }

  pins(channelId: string): Pin[] {
    return [...(this.#pins.get(channelId) ?? [])];
  }

  /** The open view with this id and whose it is. */
  findView(matches: (view: View) => boolean): { user: string; view: View } | undefined {
    for (const [user, view] of this.#homes) if (matches(view)) return { user, view };
    for (const [user, views] of this.#views) {
      const view = views.find(matches);
      if (view) return { user, view };
    }
    return undefined;
  }

  /** The direct-message channel of a person and the bot; made at first use. */
  directMessage(userId: string): Channel {
    const existing = this.channels.find((channel) => channel.kind === 'im' && channel.user === userId);
    if (existing) return existing;
    const made: Channel = {
      id: `D${userId.slice(1)}`,
      name: this.user(userId)?.name ?? userId,
      kind: 'im',
      topic: '',
      is_archived: false,
      members: [userId, this.bot.id],
      user: userId,
      created: this.seconds(),
    };
    this.channels.push(made);
    return made;
  }

  addMessage(message: Omit<Message, 'ts'>): Message {
    const added = { ...message, ts: this.nextTs() };
    this.#all(message.channel).push(added);
    this.#tell({ kind: 'message', channel: message.channel, ts: added.ts });
    return added;
  }

  changeMessage(message: Message, change: Partial<Message>): void {
    Object.assign(message, change);
    this.#tell({ kind: 'message_changed', channel: message.channel, ts: message.ts });
  }

  deleteMessage(message: Message): void {
    const all = this.#all(message.channel);
    all.splice(all.indexOf(message), 1);
    this.#tell({ kind: 'message_deleted', channel: message.channel, ts: message.ts });
  }

  addEphemeral(ephemeral: Omit<Ephemeral, 'id' | 'ts'>): Ephemeral {
    const ts = this.nextTs();
    const added = { ...ephemeral, id: `E${ts.replace('.', '')}`, ts };
    this.#ephemerals.push(added);
    this.#tell({ kind: 'ephemeral', channel: added.channel, user: added.user, ts });
    return added;
  }

  changeEphemeral(ephemeral: Ephemeral, change: Partial<Ephemeral> | 'delete'): void {
    if (change === 'delete') this.#ephemerals.splice(this.#ephemerals.indexOf(ephemeral), 1);
    else Object.assign(ephemeral, change);
    this.#tell({ kind: 'ephemeral', channel: ephemeral.channel, user: ephemeral.user, ts: ephemeral.ts });
  }

  setViews(userId: string, views: View[]): void {
    this.#views.set(userId, views);
    this.#tell({ kind: 'view', user: userId });
  }

  setHome(userId: string, view: View): void {
    this.#homes.set(userId, view);
    this.#tell({ kind: 'home', user: userId });
  }

  setPins(channelId: string, pins: Pin[]): void {
    this.#pins.set(channelId, pins);
    this.#tell({ kind: 'pin', channel: channelId });
  }

  addFile(file: Omit<SlackFile, 'created'>, content: Buffer): SlackFile {
    const added = { ...file, created: this.seconds() };
    this.files.push(added);
    this.#contents.set(added.id, content);
    this.#tell({ kind: 'file', user: file.user });
    return added;
  }

  addMembers(channel: Channel, users: string[]): void {
    channel.members = [...new Set([...channel.members, ...users])];
    this.#tell({ kind: 'members', channel: channel.id });
  }

  /** Changes a person or channel the way an administrator would. */
  amend<T extends User | Channel>(subject: T, change: Partial<T>): void {
    Object.assign(subject, change);
    this.#tell({ kind: 'members' });
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #all(channelId: string): Message[] {
    const existing = this.#messages.get(channelId);
    if (existing) return existing;
    const made: Message[] = [];
    this.#messages.set(channelId, made);
    return made;
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
