import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE_FLAGS } from '../../src/cli/node-flags.ts';
import { nodeIsRunnable } from './node-fixture.ts';
import { ServerProcess, serverOptions } from './server-process.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.js');

/** Runs in each thread of a server ahead of it: writes down what it loaded, of its own and of Node, when it ends. */
const recorder = (path: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    import { writeFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    const urls = [];
    const path = ${JSON.stringify(path)} + (isMainThread ? '' : '-thread');
    registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
    process.on('exit', () => writeFileSync(path, [...urls, ...process.moduleLoadList].join('\\n')));`)}`;

/** What takes megabytes, and what a server that nobody asks for it does without. */
const LEFT_OUT = [
  'NativeModule internal/deps/amaro/dist/index',
  'NativeModule internal/deps/undici/undici',
  '/node_modules/ajv/',
  '/node_modules/re2js/',
  '/node_modules/tar/',
  '/node_modules/undici/',
  '/node_modules/yaml/',
  '/node_modules/@grpc/',
];

describe.skipIf(!nodeIsRunnable('what a start loads is'))('a first start of code that was compiled ahead', () => {
  let folder: string;
  let server: ServerProcess | undefined;
  let main: readonly string[];
  let thread: readonly string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiphys-loaded-'));
    const record = join(folder, 'main');
    await promisify(execFile)(process.execPath, [...NODE_FLAGS, MAIN, 'compile']);
    // No images either: reading their archives is work that some servers have.
    const flags = ['--preload-images='];
    server = await ServerProcess.start({ ...serverOptions(19), flags, nodeFlags: ['--import', recorder(record)] });
    await server.end('SIGTERM');
    main = (await readFile(record, 'utf8')).split('\n');
    thread = (await readFile(`${record}-thread`, 'utf8')).split('\n');
  });
  afterAll(async () => {
    await server?.destroy();
    await rm(folder, { recursive: true });
  });

  it('is told whole', () => {
    expect(main).toContain('NativeModule http');
    expect(main.some(url => url.endsWith('/server.js'))).toBe(true);
    expect(thread.some(url => url.endsWith('/thread.js'))).toBe(true);
  });

  it('reads our own code in few files, none of which has to be stripped of its types', () => {
    const own = [...main, ...thread].filter(url => url.startsWith('file:') && !url.includes('/node_modules/'));
    expect(own.filter(url => url.endsWith('.ts'))).toEqual([]);
    expect(own.length).toBeLessThan(25);
  });

  it.each(LEFT_OUT)('is without %s', part => {
    expect([...main, ...thread].filter(name => name.includes(part))).toEqual([]);
  });
});
