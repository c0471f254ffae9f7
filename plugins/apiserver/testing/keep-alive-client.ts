import { Agent, request } from 'node:https';

/**
 * A program: URL, CA and a number of requests. Sends so many bodies of 200 kB over four connections that it keeps,
 * and tells how often the server broke one off.
 */
const [url = '', ca = '', count = ''] = process.argv.slice(2);
const CONNECTIONS = 4;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca });
const headers = { authorization: 'Bearer token-admin', 'content-type': 'application/json' };
const body = JSON.stringify({ metadata: { generateName: 'kept-' }, data: { text: 'x'.repeat(200_000) } });

let answered = 0;
let broken = 0;
function send(): Promise<void> {
  return new Promise(resolve => {
    const over = (isAnswered: boolean): void => {
      if (isAnswered) answered += 1;
      else broken += 1;
      resolve();
    };
    const sent = request(url, { method: 'POST', agent, headers }, answer => {
      answer.resume();
      answer.once('end', () => over(answer.statusCode === 201));
      answer.once('error', () => over(false));
    });
    sent.once('error', () => over(false));
    sent.end(body);
  });
}

let left = Number(count);
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    while (left-- > 0) await send();
  }),
);
console.log(JSON.stringify({ answered, broken }));
agent.destroy();
