import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../src/base/testing/free-port.ts';

/** Debian's docker-registry on a port of its own. */
export interface TestRegistry {
  readonly host: string;
  push(source: string, name: string, ...options: readonly string[]): void;
  stop(): Promise<void>;
}

/** Of the password `secret`. */
export const SECRET_HASH = '$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a';

export interface TestRegistryOptions {
  /** Lines of `user:hash`; bcrypt only. */
  readonly htpasswd?: string;
  readonly credentials?: string;
}

export async function startRegistry(folder: string, options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const port = await freePort();
  const home = join(folder, `registry-${port}`);
  mkdirSync(home);
  const auth = options.htpasswd === undefined ? '' : `auth: {htpasswd: {realm: test, path: ${home}/htpasswd}}\n`;
  if (options.htpasswd !== undefined) writeFileSync(join(home, 'htpasswd'), `${options.htpasswd}\n`);
  writeFileSync(
    join(home, 'config.yml'),
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${home}/data}, delete: {enabled: true}}\n` +
      `http: {addr: 127.0.0.1:${port}}\n${auth}`,
  );
  const child = spawn('docker-registry', ['serve', join(home, 'config.yml')], { stdio: 'ignore' });
  await answers(`http://127.0.0.1:${port}/v2/`, child);
  const host = `127.0.0.1:${port}`;
  const login = options.credentials === undefined ? [] : ['--dest-creds', options.credentials];
  return {
    host,
    push(source, name, ...more) {
      const args = ['copy', '--quiet', '--insecure-policy', '--dest-tls-verify=false', ...login, ...more];
      execFileSync('skopeo', [...args, source, `docker://${host}/${name}`], { stdio: 'pipe' });
    },
    stop: () =>
      new Promise(resolve => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with status ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error('docker-registry does not answer');
}
