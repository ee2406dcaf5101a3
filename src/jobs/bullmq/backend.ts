import type { Topic } from '../port.ts';

/** What the clockwork needs of BullMQ, whichever store is beneath it. */
export interface Backend {
  readonly kind: 'redis' | 'postgres';
  readonly queues: Record<Topic, RingQueue>;
  /** Starts a worker; it works until it is closed. */
  work(topic: Topic, look: () => Promise<void>): RingWorker;
  /** Throws when the store does not answer. */
  ping(): Promise<void>;
  /** Runs `work` while no other process does so for the same `id`, where the store needs that. */
  alone(id: string, work: () => Promise<void>): Promise<void>;
  /** Lets go of the connections; the queues and workers are closed already. */
  disconnect(): Promise<void>;
}

export interface RingQueue {
  addBulk(
    jobs: { name: string; data: Nothing; opts: { jobId?: string; delay?: number } }[],
  ): Promise<unknown>;
  upsertJobScheduler(id: string, repeat: { every: number; startDate: number }): Promise<unknown>;
  removeJobScheduler(id: string): Promise<boolean>;
  /** Jobs that wait, delayed ones too. */
  count(): Promise<number>;
  close(): Promise<void>;
}

export interface RingWorker {
  close(): Promise<void>;
}

/** A job carries no fact; see the port. */
export type Nothing = Record<string, never>;

/** A kept job would block the next one of its id. */
export const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true } as const;

/** A killed worker's ring is heard again within seconds instead of a minute. */
export const WORKER_OPTIONS = {
  concurrency: 1,
  lockDuration: 8_000,
  stalledInterval: 4_000,
  maxStalledCount: 10,
  runRetryDelay: 500,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
};

export const queueName = (topic: Topic): string => `watchbell-${topic}`;

export const forEachTopic = <T>(make: (topic: Topic) => T): Record<Topic, T> => ({
  timetable: make('timetable'),
  outbox: make('outbox'),
  bulk: make('bulk'),
});
