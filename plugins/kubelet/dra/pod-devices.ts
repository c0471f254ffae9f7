import type { Client } from '../../../src/api/client.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { TurnsByKey } from '../../../src/base/turns-by-key.ts';
import {
  deviceClaimsOf,
  usedDeviceClaimsOf,
  foreignDeviceClaim,
  isReservedFor,
} from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { Flights, type FlightDeps, type Look } from '../drivers/flights.ts';
import { untilDone } from '../drivers/until-done.ts';
import { DRA_CALL_MS } from '../limits.ts';
import type { ContainerSpec, Pod } from '../pod.ts';
import type { DraDriver, DraDrivers } from './dra-drivers.ts';
import type { PreparedClaim, PreparedClaims, PreparedDevice } from './prepared-claims.ts';

export interface PodDevicesDeps extends FlightDeps {
  readonly client: Client;
  readonly drivers: Pick<DraDrivers, 'get'>;
  /** Resolves once those drivers are known that were there before the kubelet. */
  readonly driversKnown: Promise<unknown>;
  readonly prepared: PreparedClaims;
}

const READY = {};

/** The devices that the claims of this node's pods were given, made ready by their drivers. */
export class PodDevices {
  readonly #deps: PodDevicesDeps;
  readonly #flights: Flights<object>;
  readonly #turns = new TurnsByKey();

  constructor(deps: PodDevicesDeps) {
    this.#deps = deps;
    this.#flights = new Flights(deps, 'devices were not made ready');
  }

  /** How far the devices of a pod are; what is missing is begun, and `changed` tells when to look again. */
  look(pod: Pod): Look<object> {
    if (usedDeviceClaimsOf(pod).length === 0) return { state: 'ready', outcome: READY };
    return this.#flights.look(pod.metadata.uid, '', async signal => {
      await this.#deps.driversKnown;
      signal.throwIfAborted();
      await this.#prepare(pod);
      return READY;
    });
  }

  /** By which what a container asks for is found among the devices of CDI. */
  cdiIdsOf(pod: Pod, { name: container, resources }: ContainerSpec): readonly string[] {
    const { namespace = '' } = pod.metadata;
    const asked = resources?.claims ?? [];
    const ids = deviceClaimsOf(pod).flatMap(({ name, claim = '' }) => {
      const requests = asked.filter(each => each.name === name).map(each => each.request ?? '');
      const devices = this.#deps.prepared.find(namespace, claim)?.devices ?? [];
      return requests.flatMap(request => devices.filter(isOf(request)).flatMap(({ cdiIds }) => cdiIds));
    });
    const extended = pod.status.extendedResourceClaimStatus;
    const given = this.#deps.prepared.find(namespace, extended?.resourceClaimName ?? '')?.devices ?? [];
    const ofExtended = (extended?.requestMappings ?? [])
      .filter(({ containerName }) => containerName === container)
      .flatMap(({ requestName }) => given.filter(isOf(requestName)).flatMap(({ cdiIds }) => cdiIds));
    return [...new Set([...ids, ...ofExtended])];
  }

  /** Claims that wait for a driver need not wait longer. */
  retry(): void {
    this.#flights.retryAll();
  }

  /** Ends what is under way for the pod, and has drivers take back what nobody else uses. Idempotent. */
  async removePod(podUid: string): Promise<void> {
    await this.#flights.end(podUid);
    const claims = this.#deps.prepared.of(podUid);
    if (claims.length === 0) return;
    await this.#inTurns(
      claims.map(({ uid }) => uid),
      () => this.#unprepare(podUid),
    );
  }

  /** Takes back what pods had that are on this node no more; not waited for, as drivers may have to come first. */
  removeLeftovers(isWanted: (podUid: string) => boolean): void {
    for (const podUid of this.#deps.prepared.podUids()) {
      if (isWanted(podUid)) continue;
      const failed = 'devices of a pod that is no more were not taken back';
      void untilDone(this.#deps, { failed, facts: { podUid } }, () => this.removePod(podUid));
    }
  }

  async #prepare(pod: Pod): Promise<void> {
    const claims = await Promise.all(usedDeviceClaimsOf(pod).map(used => this.#claim(pod, used.claim, used.isOwn)));
    for (const driver of new Set(claims.flatMap(driversOf))) this.#driver(driver);
    await this.#inTurns(
      claims.map(({ metadata }) => metadata.uid),
      () => this.#prepareAll(pod.metadata.uid, claims),
    );
  }

  async #claim(pod: Pod, name: string | undefined, isOwn: boolean): Promise<ResourceClaim> {
    const { namespace = '', name: podName, uid } = pod.metadata;
    if (name === undefined) throw new Error(`pod "${namespace}/${podName}": ResourceClaim not created yet`);
    const claim = await this.#deps.client.get(ResourceClaim, { namespace, name }).catch((error: unknown) => {
      throw new Error(`fetch ResourceClaim ${name}: ${messageOf(error)}`, { cause: error });
    });
    const problem = isOwn ? foreignDeviceClaim(pod, claim) : undefined;
    if (problem !== undefined) throw new Error(problem);
    if (!isReservedFor(claim.status, uid))
      throw new Error(`pod ${podName} (${uid}) is not allowed to use ResourceClaim ${name} (${claim.metadata.uid})`);
    if (claim.status.allocation === undefined) throw new Error(`ResourceClaim ${name}: not allocated`);
    return claim;
  }

  async #prepareAll(podUid: string, claims: readonly ResourceClaim[]): Promise<void> {
    const { prepared } = this.#deps;
    for (const { metadata } of claims) {
      const { namespace = '', name, uid } = metadata;
      const other = prepared.find(namespace, name);
      if (other !== undefined && other.uid !== uid)
        throw new Error(
          `old ResourceClaim with same name ${name} and different UID ${other.uid} still exists (previous pod force-deleted?!)`,
        );
    }
    const noted = claims.map(claim => withUser(prepared.get(claim.metadata.uid) ?? unprepared(claim), podUid));
    await prepared.put(...noted);
    const due = noted.filter(({ devices }) => devices === undefined);
    const devices = new Map<string, PreparedDevice[]>(due.map(({ uid }) => [uid, []]));
    for (const [driver, its] of byDriver(due)) {
      const { peer, service } = this.#driver(driver);
      const answer = await peer
        .call(service.prepare, { claims: its.map(calledBy) }, DRA_CALL_MS)
        .catch(failing('NodePrepareResources'));
      check('NodePrepareResources', its, answer.claims);
      for (const [uid, { devices: given }] of Object.entries(answer.claims))
        devices
          .get(uid)
          ?.push(...given.map(device => ({ requests: device.requestNames, cdiIds: device.cdiDeviceIds })));
    }
    if (due.length > 0) await prepared.put(...due.map(claim => ({ ...claim, devices: devices.get(claim.uid) ?? [] })));
  }

  async #unprepare(podUid: string): Promise<void> {
    const { prepared } = this.#deps;
    const claims = prepared.of(podUid);
    const last = claims.filter(({ podUids }) => podUids.length === 1);
    for (const [driver, its] of byDriver(last)) {
      const { peer, service } = this.#driver(driver);
      const answer = await peer
        .call(service.unprepare, { claims: its.map(calledBy) }, DRA_CALL_MS)
        .catch(failing('NodeUnprepareResources'));
      check('NodeUnprepareResources', its, answer.claims);
    }
    const shared = claims.filter(({ podUids }) => podUids.length > 1);
    await prepared.put(...shared.map(claim => ({ ...claim, podUids: claim.podUids.filter(uid => uid !== podUid) })));
    await prepared.drop(...last.map(({ uid }) => uid));
  }

  #driver(name: string): DraDriver {
    const driver = this.#deps.drivers.get(name);
    if (driver === undefined) throw new Error(`DRA driver ${name} is not registered`);
    return driver;
  }

  /** Nothing else is done with any of the claims meanwhile. Always asked for in one order, so that nobody waits in a circle. */
  #inTurns(uids: readonly string[], work: () => Promise<void>): Promise<void> {
    return uids.toSorted().reduceRight<() => Promise<void>>((inner, uid) => () => this.#turns.take(uid, inner), work)();
  }
}

const isOf =
  (request: string) =>
  ({ requests }: PreparedDevice): boolean =>
    request === '' ||
    requests.length === 0 ||
    requests.some(each => each === request || each.startsWith(`${request}/`));

const driversOf = ({ status }: ResourceClaim): readonly string[] => [
  ...new Set((status.allocation?.devices.results ?? []).map(({ driver }) => driver)),
];

const unprepared = (claim: ResourceClaim): PreparedClaim => {
  const { namespace = '', name, uid } = claim.metadata;
  return { uid, namespace, name, podUids: [], drivers: driversOf(claim), devices: undefined };
};

const withUser = (claim: PreparedClaim, podUid: string): PreparedClaim =>
  claim.podUids.includes(podUid) ? claim : { ...claim, podUids: [...claim.podUids, podUid] };

const byDriver = (claims: readonly PreparedClaim[]): ReadonlyMap<string, readonly PreparedClaim[]> => {
  const drivers = new Set(claims.flatMap(claim => claim.drivers));
  return new Map([...drivers].map(driver => [driver, claims.filter(claim => claim.drivers.includes(driver))]));
};

const calledBy = ({ namespace, uid, name }: PreparedClaim) => ({ namespace, uid, name });

const failing =
  (call: string) =>
  (error: unknown): never => {
    throw new Error(`${call}: ${messageOf(error)}`, { cause: error });
  };

/** That a driver did what it was asked, for each of the claims. */
function check(
  call: string,
  claims: readonly PreparedClaim[],
  answers: Readonly<Record<string, { readonly error: string }>>,
): void {
  for (const [uid, { error }] of Object.entries(answers)) {
    const claim = claims.find(each => each.uid === uid);
    if (claim === undefined) throw new Error(`${call} returned result for unknown claim UID ${uid}`);
    if (error !== '') throw new Error(`${call} failed for ResourceClaim ${claim.name}: ${error}`);
  }
  const skipped = claims.length - Object.keys(answers).length;
  if (skipped > 0) throw new Error(`${call} skipped ${skipped} ResourceClaims`);
}
