export { type Observation, observe } from './observe.ts';
export { healthRoutes, metricsRoutes } from './routes.ts';
