export { type Drawn, type Renderer, Sender } from './sender.ts';
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
