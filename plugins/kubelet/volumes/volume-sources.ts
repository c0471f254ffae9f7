import type { Pod } from '../pod.ts';
import type { PodAddresses } from '../container/field-path.ts';
import type { Allocatable } from '../container/resource-field.ts';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { KeyedData } from './payload.ts';

/** What volumes of configuration read; all of it is at hand, save tokens, which are asked for. */
export interface VolumeSources {
  configMap(namespace: string, name: string): KeyedData | undefined;
  secret(namespace: string, name: string): KeyedData | undefined;
  /** A token bound to the pod; renewed when 80 % of its life have passed. */
  token(pod: Pod, request: TokenRequest): Promise<IssuedToken>;
  /** What a claim of the pod is bound to; throws `VolumeError` while that is nothing. */
  claimed(pod: Pod, claimName: string): Promise<PersistentVolume>;
  readonly allocatable: Allocatable;
  addresses(pod: Pod): PodAddresses;
}

export interface IssuedToken {
  readonly token: string;
  readonly expirationTimestamp: string;
  readonly renewAtMs: number;
}

export interface TokenRequest {
  /** Empty for the API server's own. */
  readonly audience: string;
  readonly expirationSeconds: number;
}
