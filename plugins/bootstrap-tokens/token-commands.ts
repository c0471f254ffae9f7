import type { World } from '../../src/base/world.ts';
import { humanDuration } from '../../src/base/human-duration.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import type { Secret } from '../kinds/core/v1/secret.ts';
import {
  datum,
  expiryMs,
  extraGroups,
  newBootstrapToken,
  secretName,
  TOKEN_NAMESPACE,
  TOKEN_TYPE,
} from './bootstrap-token.ts';
import { openCluster } from './cluster-call.ts';
import { joinToken } from './node-token.ts';
import { tokenSecret } from './token-secret.ts';

/** What `tiphys token` works on; output goes to `write`. */
export interface TokenCommandPlace {
  readonly world: World;
  readonly kubeconfig: string;
  write(text: string): void;
}

const SECRETS = `/api/v1/namespaces/${TOKEN_NAMESPACE}/secrets`;

/** Makes a token and prints what a machine joins with. It never expires where `ttlMs` is 0. */
export async function createToken(place: TokenCommandPlace, ttlMs: number, description: string): Promise<void> {
  const { world } = place;
  await using cluster = await openCluster(world.files, place.kubeconfig);
  const token = newBootstrapToken(world.random);
  const more = {
    ...(description === '' ? {} : { description }),
    ...(ttlMs === 0 ? {} : { expiration: timeOf(world.clock.now() + ttlMs) }),
  };
  await cluster.send('POST', SECRETS, { apiVersion: 'v1', kind: 'Secret', ...tokenSecret(token, more) });
  place.write(`${joinToken(cluster.caCertificate, token)}\n`);
}

/** As kubeadm lists them; the secret half is not shown. */
export async function listTokens(place: TokenCommandPlace): Promise<void> {
  await using cluster = await openCluster(place.world.files, place.kubeconfig);
  const selector = encodeURIComponent(`type=${TOKEN_TYPE}`);
  // The server answered by the schema of its kinds.
  const { items } = (await cluster.send('GET', `${SECRETS}?fieldSelector=${selector}`)) as { items: readonly Secret[] };
  const nowMs = place.world.clock.now();
  const rows = items.map(secret => {
    const endMs = expiryMs(secret);
    return [
      datum(secret, 'token-id'),
      endMs === undefined ? '<forever>' : endMs < nowMs ? '<expired>' : humanDuration(endMs - nowMs),
      endMs === undefined ? '<never>' : datum(secret, 'expiration'),
      datum(secret, 'description') || '<none>',
      (extraGroups(secret) ?? []).join(',') || '<none>',
    ];
  });
  place.write(table([['TOKEN ID', 'TTL', 'EXPIRES', 'DESCRIPTION', 'EXTRA GROUPS'], ...rows]));
}

/** By id, or by the whole token. */
export async function deleteTokens(place: TokenCommandPlace, tokens: readonly string[]): Promise<void> {
  await using cluster = await openCluster(place.world.files, place.kubeconfig);
  for (const token of tokens) {
    const [, id] = /^(?:K10[0-9a-f]{64}::)?([a-z0-9]{6})(?:\.[a-z0-9]{16})?$/.exec(token) ?? [];
    if (id === undefined) throw new Error(`${JSON.stringify(token)} is no token and no token's id`);
    await cluster.send('DELETE', `${SECRETS}/${secretName(id)}`);
    place.write(`token ${id} deleted\n`);
  }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string => row.map((cell, i) => cell.padEnd((widths[i] ?? 0) + 3)).join('');
  return rows.map(row => `${line(row).trimEnd()}\n`).join('');
}
