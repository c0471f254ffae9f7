import type { AnyObject } from '../../src/api/object-meta.ts';
import { invalidError } from '../../src/api/status-error.ts';
import type { Random } from '../../src/base/world.ts';
import type { Claimer } from '../apiserver/contract.ts';
import { Service } from '../kinds/core/v1/service.ts';
import type { AddressSpace } from './address-space.ts';
import { claimAddresses } from './claim-addresses.ts';
import type { IpAddresses } from './ip-addresses.ts';
import { MAX_COLLISIONS } from './limits.ts';
import { nodePortsOf, type NodePortBook } from './node-port-book.ts';
import { addressesOf } from './service-address.ts';

interface Parts {
  readonly book: NodePortBook;
  readonly addresses: IpAddresses;
  readonly random: Random;
  readonly nodePorts: AddressSpace['nodePorts'];
  /** Resolves once services that were written up to `revision` are seen. */
  readonly caughtUp: (revision: number) => Promise<void>;
  /** Resolves once what is taken is known. */
  synced(): Promise<unknown>;
  readonly families: AddressSpace['families'];
  ranges(): AddressSpace['serviceCidrs'];
}

/** Gives services their addresses and node ports with the write that asks for them. */
export function claimService(parts: Parts): Claimer {
  const { book, addresses } = parts;
  // A claimer of `services` is given services only.
  const typed = (given: AnyObject): Service => given as Service;
  /** Made for a write that is under way. */
  const taken = new WeakMap<AnyObject, readonly string[]>();
  return {
    resource: 'services',
    async claim(given, before, { dryRun }) {
      await parts.synced();
      const service = typed(given);
      const old = before === undefined ? undefined : typed(before);
      const { claimed, made } = await claimWhatIsFree(parts, service, old, dryRun);
      book.hold(service.metadata.uid, claimed.spec);
      taken.set(claimed, made);
      return claimed;
    },
    async undo(given) {
      const service = typed(given);
      book.letGo(service.metadata.uid);
      for (const address of taken.get(given) ?? []) await addresses.giveBack(address, service);
    },
    holds: given => nodePortsOf(typed(given).spec).map(port => `/registry/ranges/servicenodeports/${port}`),
    caughtUp: parts.caughtUp,
    async release(given, next) {
      const service = typed(given);
      if (next === undefined) book.letGo(service.metadata.uid);
      const kept = next === undefined ? [] : addressesOf(typed(next));
      for (const address of addressesOf(service)) {
        if (!kept.includes(address)) await addresses.giveBack(address, service);
      }
    },
  };
}

/** Asks again where an address turns out to be another's. */
async function claimWhatIsFree(
  parts: Parts,
  service: Service,
  old: Service | undefined,
  dryRun: boolean,
): Promise<{ readonly claimed: Service; readonly made: readonly string[] }> {
  const { book, addresses, nodePorts, families, random } = parts;
  const refused = new Set<string>();
  for (;;) {
    const space: AddressSpace = {
      families,
      serviceCidrs: parts.ranges(),
      nodePorts,
      isAddressTaken: address => refused.size > MAX_COLLISIONS || addresses.isTaken(address),
      isAddressRefused: address => refused.has(address),
      ...book.othersThan(service.metadata.uid),
    };
    const result = claimAddresses(service.spec, old?.spec, space, random);
    if ('errors' in result) throw invalidError(Service, service.metadata.name, result.errors);
    const claimed = { ...service, spec: result.spec };
    if (dryRun) return { claimed, made: [] };
    const wanted = old === undefined ? addressesOf(claimed) : missing(claimed, old);
    const taken = await takeAll(addresses, wanted, claimed);
    if (taken.isDone) return { claimed, made: wanted };
    refused.add(taken.refused);
  }
}

type Taken = { readonly isDone: true } | { readonly isDone: false; readonly refused: string };

/** All or none. */
async function takeAll(addresses: IpAddresses, wanted: readonly string[], service: Service): Promise<Taken> {
  const made: string[] = [];
  for (const address of wanted) {
    if (await addresses.take(address, service)) {
      made.push(address);
      continue;
    }
    for (const other of made) await addresses.giveBack(other, service);
    return { isDone: false, refused: address };
  }
  return { isDone: true };
}

function missing(service: Service, old: Service): readonly string[] {
  const had = addressesOf(old);
  return addressesOf(service).filter(address => !had.includes(address));
}
