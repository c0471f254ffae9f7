import { createHash } from 'node:crypto';
import { request } from 'node:https';
import { StatusError } from '../../src/api/status-error.ts';
import { JoinError } from './join-error.ts';
import { CA_BYTES, CONNECTION_LIMITS } from './limits.ts';

/**
 * The cluster's CA certificate from a server that nothing is known of yet. Nothing is told to it, and what it says is
 * believed only where it has the hash of the token. Throws `JoinError` WrongCa, or `StatusError` where nobody answers.
 */
export async function fetchCa(server: string, caHash: string): Promise<string> {
  const text = await get(new URL('/cacerts', server));
  if (createHash('sha256').update(text).digest('hex') === caHash) return text;
  throw new JoinError(
    'WrongCa',
    `the CA of ${server} is not the one of the token: it is another cluster, or somebody between`,
  );
}

function get(url: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void =>
      reject(new StatusError('ServiceUnavailable', `cannot reach ${url.origin}: ${why}`, { cause }));
    const asked = request(url, { rejectUnauthorized: false, timeout: CONNECTION_LIMITS.connectMs, agent: false });
    asked.on('timeout', () => asked.destroy(new Error('it does not answer')));
    asked.on('error', error => fail(error.message, error));
    asked.on('response', answer => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > CA_BYTES) asked.destroy(new Error('its answer is no certificate'));
      });
      answer.on('error', error => fail(error.message, error));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : fail(`${url.pathname} is ${answer.statusCode}`),
      );
    });
    asked.end();
  });
}
