export { type Renderer, Sender } from './sender.ts';
export {
  cancelDeliveries,
  type Delivery,
  enqueue,
  findDeliveryAt,
  type LiveMessage,
  listDeliveries,
  listTold,
  type NewDelivery,
  touch,
} from './store.ts';
