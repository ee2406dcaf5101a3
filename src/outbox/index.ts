export type { Renderer } from './deliver.ts';
export {
  countByKind,
  listFailed,
  listWaiting,
  listWithdrawn,
  readPunctuality,
  sayDelay,
  sayPunctuality,
} from './ledger.ts';
export { type Pacer, postgresPacer, unlimitedPacer } from './pacer.ts';
export { Sender } from './sender.ts';
export {
  cancelDeliveries,
  type Delivery,
  enqueue,
  findDelivery,
  type LiveMessage,
  listDeliveries,
  listTold,
  type NewDelivery,
  namesOf,
  retryFailed,
  touch,
  wasSent,
} from './store.ts';
