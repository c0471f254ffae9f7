import { createHash } from 'node:crypto';
import type { Client } from '../../src/api/client.ts';
import type { ObjectOf } from '../../src/api/resource.ts';
import { isStatusError, StatusError } from '../../src/api/status-error.ts';
import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { datum, newBootstrapToken, TOKEN_NAMESPACE, type BootstrapToken } from './bootstrap-token.ts';
import { tokenSecret } from './token-secret.ts';

const LABEL = 'tiphys.dev/node-token';

/**
 * What a machine needs to join: the token, and by what to know the cluster before it is told. k3s has the same form,
 * the digest being that of what `/cacerts` answers.
 */
export const joinToken = (caCertificate: string, { id, secret }: BootstrapToken): string =>
  `K10${createHash('sha256').update(caCertificate).digest('hex')}::${id}.${secret}`;

/**
 * Keeps the file by which nodes join. A token that was deleted stays so until the file is removed as well; a file
 * that was lost is written again.
 */
export async function ensureNodeToken(
  { world, log, client, path }: NodeTokenDeps,
  caCertificate: string,
): Promise<void> {
  // Whoever comes first makes it; it is there from the start of every cluster.
  await createUnlessPresent(client, Namespace, { metadata: { name: TOKEN_NAMESPACE } });
  const items = await nodeTokens(client).catch((error: unknown) => {
    if (isStatusError(error, 'InternalError')) return error;
    throw error;
  });
  // Of a Secret that no key of the server's opens. The file that there is goes on to be good.
  if (items instanceof StatusError) return log.error('the node token cannot be read', { error: items.message });
  const written = await readIfPresent(world.files, path);
  const [first] = items;
  if (first === undefined && written !== undefined) {
    log.info('the node token was deleted; without its file there will be a new one', { path });
    return;
  }
  const token =
    first === undefined
      ? await newNodeToken(client, world)
      : { id: datum(first, 'token-id'), secret: datum(first, 'token-secret') };
  const content = `${joinToken(caCertificate, token)}\n`;
  if (content !== written) await writeDurably(world.files, path, content, 0o600);
}

const nodeTokens = async (client: Client): Promise<readonly ObjectOf<typeof Secret>[]> =>
  (await client.list(Secret, { namespace: TOKEN_NAMESPACE, labelSelector: LABEL })).items;

export interface NodeTokenDeps {
  readonly world: World;
  readonly log: Logger;
  readonly client: Client;
  readonly path: string;
}

async function newNodeToken(client: Client, { random }: World): Promise<BootstrapToken> {
  for (;;) {
    const token = newBootstrapToken(random);
    const object = tokenSecret(token, { description: 'joins nodes to this cluster; made at its first start' });
    try {
      await client.create(Secret, { ...object, metadata: { ...object.metadata, labels: { [LABEL]: 'true' } } });
      return token;
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  }
}
