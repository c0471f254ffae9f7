import type { VolumeProjection } from './config-volume.ts';
import type { Volume } from './volume.ts';

interface Placed {
  readonly path: string;
  /** What writes there; empty within a volume of one source. */
  readonly source: string;
}

/** Files of one volume of which one is in the way of another. */
export const pathWarnings = (volumes: readonly Volume[]): readonly string[] =>
  volumes.flatMap(volume => [...plainWarnings(volume), ...projectedWarnings(volume)]);

function plainWarnings({ name, configMap, secret, downwardAPI }: Volume): readonly string[] {
  const [items, what] =
    configMap !== undefined
      ? [configMap.items, `ConfigMap ${JSON.stringify(configMap.name)}`]
      : secret !== undefined
        ? [secret.items, `Secret ${JSON.stringify(secret.secretName ?? '')}`]
        : [downwardAPI?.items, 'DownwardAPI'];
  const before: Placed[] = [];
  return (items ?? []).flatMap(({ path }) => clashes({ path, source: '' }, before).map(text => told(name, what, text)));
}

function projectedWarnings({ name, projected }: Volume): readonly string[] {
  const before: Placed[] = [];
  return (projected?.sources ?? []).flatMap(source => {
    if (Object.keys(source).length === 0) return [`volume ${JSON.stringify(name)} (Projected) has no sources provided`];
    return placedBy(source).flatMap(placed => clashes(placed, before).map(text => told(name, 'Projected', text)));
  });
}

const told = (volume: string, what: string, clash: string): string =>
  `volume ${JSON.stringify(volume)} (${what}): overlapping paths: ${clash}`;

function placedBy({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): readonly Placed[] {
  const each = (items: readonly { readonly path: string }[], source: string): readonly Placed[] =>
    items.map(({ path }) => ({ path, source }));
  if (configMap?.items !== undefined) return each(configMap.items, `ConfigMap ${JSON.stringify(configMap.name)}`);
  if (secret?.items !== undefined) return each(secret.items, `Secret ${JSON.stringify(secret.name)}`);
  if (downwardAPI?.items !== undefined) return each(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken === undefined ? [] : each([serviceAccountToken], 'ServiceAccountToken');
}

/** Adds a file to those before it, and tells which of them it meets. */
function clashes({ path, source }: Placed, before: Placed[]): readonly string[] {
  const own = { path: path.replace(/\/+$/, ''), source };
  const met = before.filter(
    other =>
      own.path !== '' &&
      other.path !== '' &&
      (`${other.path}/`.startsWith(`${own.path}/`) || `${own.path}/`.startsWith(`${other.path}/`)),
  );
  before.push(own);
  return met.map(other => `${printed(own)} with ${printed(other)}`);
}

const printed = ({ path, source }: Placed): string =>
  source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;
