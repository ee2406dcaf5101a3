export * from './model/person.ts';
export * from './model/sandbox.ts';
export * from './model/state.ts';
