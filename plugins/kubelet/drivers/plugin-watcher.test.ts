import * as files from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import type { Peer } from './grpc-peer.ts';
import { PluginWatcher } from './plugin-watcher.ts';
import { getInfo, notifyRegistrationStatus } from './registration-rpcs.ts';

let folder = '';
let stop: AbortController;
const servers: Server[] = [];
beforeEach(async () => {
  folder = await files.mkdtemp(join(tmpdir(), 'kubelet-plugins-'));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  for (const server of servers.splice(0)) server.close();
  await files.rm(folder, { recursive: true });
});

async function socket(name: string): Promise<Server> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>(done => server.listen(join(folder, name), done));
  return server;
}

/** A plugin behind each socket that tells its type by the socket's name, and refuses the first question. */
function startWatcher() {
  const seen: string[] = [];
  const asked = new Map<string, number>();
  const connect = (path: string): Promise<Peer> => {
    const name = path.slice(folder.length + 1);
    const times = (asked.get(name) ?? 0) + 1;
    asked.set(name, times);
    const answerOf = (rpc: object): unknown => {
      if (rpc !== getInfo) return {};
      return { type: name.split('-')[0], name, endpoint: '', supportedVersions: ['1.0.0'] };
    };
    return Promise.resolve({
      call: async <Answer>(rpc: object, request: unknown) => {
        if (times === 1) throw new Error('nobody listens yet');
        if (rpc === notifyRegistrationStatus) seen.push(`${name} hears ${JSON.stringify(request)}`);
        return answerOf(rpc) as Answer;
      },
      [Symbol.dispose]: () => undefined,
    });
  };
  const note = (what: string) => async (plugin: { readonly name: string; readonly endpoint: string }) => {
    seen.push(`${what} ${plugin.name} at ${plugin.endpoint.slice(folder.length + 1)}`);
    if (plugin.name.endsWith('bad')) throw new Error('it is bad');
  };
  const handlers = { CSIPlugin: { register: note('register'), unregister: note('unregister') } };
  const deps = { world: hostWorld(), log: silentLogger, folder, connect, handlers, signal: stop.signal };
  return { watcher: new PluginWatcher(deps), seen };
}

it('takes on plugins whose sockets are there and come, until they go', async () => {
  await socket('CSIPlugin-first');
  await files.writeFile(join(folder, 'no-socket'), '');
  const { watcher, seen } = startWatcher();
  await watcher.start();
  const second = await socket('CSIPlugin-second');
  const taken = (name: string) => [`register ${name} at ${name}`, `${name} hears {"pluginRegistered":true}`];
  await vi.waitFor(
    () => expect([...seen].sort()).toEqual([...taken('CSIPlugin-first'), ...taken('CSIPlugin-second')].sort()),
    { timeout: 20_000 },
  );
  seen.length = 0;
  second.close();
  await vi.waitFor(() => expect(seen).toEqual(['unregister CSIPlugin-second at CSIPlugin-second']), {
    timeout: 20_000,
  });
});

it('tells those that it does not take on why', async () => {
  const { watcher, seen } = startWatcher();
  await watcher.start();
  await socket('CSIPlugin-bad');
  await socket('Strange-x');
  await vi.waitFor(
    () => {
      expect(seen).toContain('CSIPlugin-bad hears {"pluginRegistered":false,"error":"it is bad"}');
      expect(seen).toContain(
        `Strange-x hears {"pluginRegistered":false,"error":"no handler registered for plugin type: Strange at socket ${folder}/Strange-x"}`,
      );
    },
    { timeout: 20_000 },
  );
});
