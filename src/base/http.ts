import type * as Http from 'node:http';

/**
 * Node's own HTTP. An `import` of it as a module asks it for each of its exports, the browser's WebSocket among them,
 * and with that all of Node's `fetch` is loaded for good, which takes megabytes. A rule of `test/tidy.test.ts` keeps this
 * the only door.
 */
export const http: typeof Http = process.getBuiltinModule('node:http');
