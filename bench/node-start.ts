import { readFileSync } from 'node:fs';
import { ServerProcess, serverOptions } from '../test/node/server-process.ts';

/** From the command to a listening API server and to a Ready node: at the first start, and at later ones. */
const ROUNDS = 5;

const server = await ServerProcess.start(serverOptions(8));
report('first start', server);
for (let round = 1; round <= ROUNDS; round++) {
  await server.end('SIGTERM');
  await server.launch();
  report(`start ${round + 1}`, server);
}
await new Promise(resume => setTimeout(resume, 5000));
console.log(`idle: ${memoryMb(server.pid)} MB resident (${memoryMb(server.pid, 'RssAnon')} MB of its own)`);
await server.destroy();

function report(title: string, { output, startedInMs }: ServerProcess): void {
  const at = (step: RegExp): string =>
    /([\d.]+) s/.exec(output.split('\n').find(line => step.test(line)) ?? '')?.[1] ?? '?';
  console.log(
    `${title}: API server ${at(/API server listening/)} s, node Ready ${at(/is Ready/)} s by its own clock, ${(startedInMs / 1000).toFixed(2)} s from the command`,
  );
}

function memoryMb(pid: number, field = 'VmRSS'): string {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) / 1024).toFixed(0);
}
