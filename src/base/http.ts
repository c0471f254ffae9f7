import type * as Http from 'node:http';

/**
 * Node's own HTTP. An `import` of it as a module asks it for each of its exports, the browser's WebSocket among them,
 * and with that all of Node's `fetch` is loaded for good: 13 MB. A rule of `test/tidy.test.ts` keeps it the only door.
 */
export const http: typeof Http = process.getBuiltinModule('node:http');
