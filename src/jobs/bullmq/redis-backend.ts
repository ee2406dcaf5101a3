import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { type Backend, forEachTopic, JOB_OPTIONS, queueName, WORKER_OPTIONS } from './backend.ts';

const PREFIX = 'watchbell';

export function openRedisBackend(url: string, report: (error: Error) => void): Backend {
  const retryStrategy = (attempt: number) => Math.min(50 * attempt, 500);
  // A producer must learn at once that Redis is away; a worker must wait for it.
  const producer = new Redis(url, { retryStrategy, enableOfflineQueue: false, maxRetriesPerRequest: null });
  const consumer = new Redis(url, { retryStrategy, maxRetriesPerRequest: null });
  producer.on('error', report);
  consumer.on('error', report);
  return {
    kind: 'redis',
    queues: forEachTopic((topic) => {
      const queue = new Queue(queueName(topic), {
        connection: producer,
        prefix: PREFIX,
        defaultJobOptions: JOB_OPTIONS,
      });
      return queue.on('error', report);
    }),
    work: (topic, look) => {
      const worker = new Worker(queueName(topic), look, {
        ...WORKER_OPTIONS,
        connection: consumer,
        prefix: PREFIX,
      });
      return worker.on('error', report);
    },
    ping: async () => {
      await producer.ping();
    },
    alone: (_id, work) => work(),
    disconnect: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}
