export type { ClockControls } from './clock-controls.ts';
export { mountPage } from './mount.ts';
