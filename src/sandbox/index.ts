export { readManifest } from './manifest.ts';
export * from './model.ts';
export { harbour } from './organisation.ts';
export { startSandbox } from './start-sandbox.ts';
