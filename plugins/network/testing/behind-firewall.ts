import { execFileSync } from 'node:child_process';
import { TestNode } from './test-node.ts';

/** Run in a network namespace of its own: a node on a host that drops what it forwards says what its pods could do. */
const run = (command: string, ...args: readonly string[]): string => execFileSync(command, args, { encoding: 'utf8' });
const rules = (): readonly string[] => run('iptables', '-S', 'FORWARD').trim().split('\n');

run('ip', 'link', 'set', 'lo', 'up');
run('iptables', '-P', 'FORWARD', 'DROP');
run('iptables', '-N', 'DOCKER-USER');
run('iptables', '-A', 'FORWARD', '-j', 'DOCKER-USER');
const node = await TestNode.start();
const { pod: server, ip } = await node.pod('server');
await server.listen(ip, 80, socket => socket.end('hello'));
const asked = async (client: string): Promise<string> => {
  const { pod } = await node.pod(client);
  try {
    return (await pod.exchange(ip, 80, '')).toString();
  } catch (error) {
    return String(error);
  }
};
const before = { answer: await asked('client'), rules: rules() };
await node.pod('another');
const again = rules();
run('iptables', '-F', 'FORWARD');
const reloaded = { answer: await asked('later'), rules: rules() };
const { pod } = await node.pod('of-service');
const refused = await pod.dial(node.cidrs.service(9), 80).then(
  () => 'connected',
  (error: NodeJS.ErrnoException) => error.code,
);
await node[Symbol.asyncDispose]();
process.stdout.write(JSON.stringify({ before, again, reloaded, refused, after: rules() }));
