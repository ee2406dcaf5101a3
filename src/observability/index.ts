export { type Observation, observe } from './observe.ts';
export { aliveRoutes, operatorRoutes } from './routes.ts';
