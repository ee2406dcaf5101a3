export { freePort } from '../../src/db/free-port.ts';
