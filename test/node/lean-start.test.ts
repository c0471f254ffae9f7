import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeIsRunnable } from './node-fixture.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

/** Runs in the server ahead of it: writes down what was loaded, its own modules and those of Node, when it ends. */
const recorder = (path: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    import { writeFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    const loaded = [];
    if (isMainThread) {
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      process.on('exit', () => writeFileSync(${JSON.stringify(path)}, [...loaded, ...process.moduleLoadList].join('\\n')));
    }`)}`;

/** What takes much memory, and what a server that nobody has asked for anything does without. */
const LEFT_OUT = ['NativeModule internal/deps/amaro/dist/index', 'NativeModule internal/deps/undici/undici'];

describe.skipIf(!nodeIsRunnable('what a start loads is'))('a server that has been started before', () => {
  let server: ServerProcess;
  let loaded: readonly string[];
  beforeAll(async () => {
    server = await ServerProcess.start(serverOptions(19));
    await server.end('SIGTERM');
    const path = join(server.dataDir, 'loaded');
    const options = { ...server.options, dataDir: server.dataDir, nodeFlags: ['--import', recorder(path)] };
    server = await ServerProcess.start(options);
    await server.end('SIGTERM');
    loaded = (await readFile(path, 'utf8')).split('\n');
  });
  afterAll(() => server.destroy());

  it('knows what it has loaded', () => {
    expect(loaded).toContain('NativeModule http');
    expect(loaded.some(url => url.endsWith('/plugins/kubelet/plugin.ts'))).toBe(true);
  });

  it.each(LEFT_OUT)('is without %s', part => {
    expect(loaded.filter(name => name.includes(part))).toEqual([]);
  });
});
