import type { Key } from '../../src/api/client.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { isWithin, overlap } from '../../src/base/ip-range.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import { defineController, reads, type Controller } from '../../src/sdk/controller.ts';
import type { Caches } from '../../src/sdk/caches.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR, type ServiceCIDRStatus } from '../kinds/networking/v1/service-cidr.ts';
import { DEFAULT_NAME } from './service-ranges.ts';
import { FINALIZER, planServiceCidr, rangesOf } from './plan-service-cidr.ts';

const named = (all: readonly ServiceCIDR[]): readonly Key[] => all.map(({ metadata: { name } }) => ({ name }));

function holdersOf({ metadata }: IPAddress, caches: Caches): readonly Key[] {
  const ip = parseIp(metadata.name);
  const all = caches.of(ServiceCIDR).list();
  return ip === undefined ? [] : named(all.filter(cidr => rangesOf(cidr).some(range => isWithin(range, ip))));
}

/** One that comes or goes may be what holds another one's addresses. */
function neighboursOf(cidr: ServiceCIDR, caches: Caches): readonly Key[] {
  const ranges = rangesOf(cidr);
  const all = caches.of(ServiceCIDR).list();
  return named(all.filter(other => rangesOf(other).some(range => ranges.some(own => overlap(own, range)))));
}

const isSame = (now: { readonly spec: unknown }, before: { readonly spec: unknown }): boolean =>
  now.spec === before.spec;

/** Says that ranges are ready, and holds those that are deleted until nothing of them is in use. */
export const serviceCidrController = (ensureDefault: () => Promise<void>): Controller =>
  defineController({
    name: 'service-cidrs-controller',
    primary: ServiceCIDR,
    reads: [
      reads(IPAddress, holdersOf, () => false),
      reads(ServiceCIDR, neighboursOf, (now, before) => !isSame(now, before)),
    ],
    writes: [ServiceCIDR.can('update'), ServiceCIDR.canOn('status', 'update')],
    async reconcile({ object: cidr, caches, client, nowMs }) {
      const facts = { all: caches.of(ServiceCIDR).list(), addresses: caches.of(IPAddress).list(), nowMs };
      const plan = planServiceCidr(cidr, facts);
      const { finalizers = [] } = cidr.metadata;
      const withFinalizers = async (names: readonly string[]): Promise<void> => {
        await client.update(ServiceCIDR, { ...cidr, metadata: { ...cidr.metadata, finalizers: names } });
      };
      switch (plan.state) {
        case 'ready':
          if (plan.needsFinalizer) {
            await withFinalizers([...finalizers, FINALIZER]);
            return {};
          }
          return { status: withReady(cidr.status, { status: 'True', reason: '', message: READY }, nowMs) };
        case 'in use':
          return { status: withReady(cidr.status, { status: 'False', reason: 'Terminating', message: IN_USE }, nowMs) };
        case 'wait':
          return { requeueAfterMs: plan.waitMs };
        case 'let go':
          if (finalizers.includes(FINALIZER)) await withFinalizers(finalizers.filter(name => name !== FINALIZER));
          return {};
      }
    },
    async removed({ key }) {
      if (key.name === DEFAULT_NAME) await ensureDefault();
    },
  });

const READY = 'Kubernetes Service CIDR is ready';
const IN_USE =
  'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';

interface Readiness {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function withReady(status: ServiceCIDRStatus, said: Readiness, nowMs: number): ServiceCIDRStatus {
  const { conditions = [] } = status;
  const old = conditions.find(({ type }) => type === 'Ready');
  if (old?.status === said.status && old.reason === said.reason && old.message === said.message) return status;
  const others = conditions.filter(({ type }) => type !== 'Ready');
  return { conditions: [...others, { type: 'Ready', ...said, lastTransitionTime: timeOf(nowMs) }] };
}
