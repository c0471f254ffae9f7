import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { sharedClaimsOf } from '../claim-uses.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import type { VolumeCaches } from './pod-claims.ts';

const GA_KEYS: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
]);
const KEYS = [...GA_KEYS].flat();
const ELSEWHERE: Misfit = { reasons: ['node(s) had no available volume zone'], isFinal: true };

/** Volumes that say by labels which zones and regions they can be reached from. Nodes without such labels pass. */
export const volumeZone = (caches: VolumeCaches): SchedulerFilter => ({
  name: 'VolumeZone',
  order: 66,
  wakesOn: ['node-added', 'node-changed', 'volume-changed'],
  rejects: pod => {
    const gone = volumesOf(pod, caches).find(({ volume }) => volume === undefined);
    return gone === undefined ? undefined : `persistentvolume ${JSON.stringify(gone.name)} not found`;
  },
  prepare: pod => {
    const zones = volumesOf(pod, caches).flatMap(({ volume }) => (volume === undefined ? [] : zonesOf(volume)));
    if (zones.length === 0) return undefined;
    return ({ labels }) => {
      if (!KEYS.some(key => key in labels)) return undefined;
      const isReached = zones.every(({ key, values }) =>
        values.has(labels[key] ?? labels[GA_KEYS.get(key) ?? key] ?? ''),
      );
      return isReached ? undefined : ELSEWHERE;
    };
  },
});

interface Named {
  readonly name: string;
  readonly volume: PersistentVolume | undefined;
}

const volumesOf = (pod: Pod, { claims, volumes }: VolumeCaches): readonly Named[] =>
  [...sharedClaimsOf(pod)].flatMap((claimName): readonly Named[] => {
    const name = claims.get(claimName, pod.metadata.namespace)?.spec.volumeName ?? '';
    return name === '' ? [] : [{ name, volume: volumes.get(name) }];
  });

interface Zones {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

/** A label may name several, `a__b`; one that names an empty one among them says nothing. */
const zonesOf = ({ metadata: { labels = {} } }: PersistentVolume): readonly Zones[] =>
  KEYS.flatMap(key => {
    const values = labels[key]?.split('__').map(value => value.trim());
    return values === undefined || values.includes('') ? [] : [{ key, values: new Set(values) }];
  });
