export type { Drawn, Renderer } from './deliver.ts';
export { type Pacer, postgresPacer, unlimitedPacer } from './pacer.ts';
export { Sender } from './sender.ts';
export type { OnRefused } from './settle.ts';
export {
  cancelDeliveries,
  type Delivery,
  enqueue,
  type LiveMessage,
  listDeliveries,
  listTold,
  type NewDelivery,
  touch,
  wasSent,
} from './store.ts';
