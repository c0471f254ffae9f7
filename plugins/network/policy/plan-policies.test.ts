import { describe, expect, it } from 'vitest';
import { formatIpNumber } from '../../../src/base/ip-number.ts';
import { parseIpv4 } from '../../../src/base/ipv4.ts';
import type { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import type { NetworkPolicySpec } from '../../kinds/networking/v1/network-policy-spec.ts';
import { planPolicies } from './plan-policies.ts';
import type { Allowance, PolicyPlan } from './policy-plan.ts';
import type { PolicyPod } from './policy-pod.ts';

const pod = (
  address: string,
  namespace: string,
  labels: PolicyPod['labels'],
  ports: PolicyPod['ports'] = [],
): PolicyPod => ({
  addresses: [parseIpv4(address) ?? 0],
  namespace,
  labels,
  ports,
});
const named = (number: number) => [{ name: 'web', protocol: 'TCP', number } as const];
const PODS = [
  pod('10.0.0.1', 'x', { app: 'a' }, named(8080)),
  pod('10.0.0.2', 'x', { app: 'b' }, named(9090)),
  pod('10.0.0.3', 'y', { app: 'a' }, named(8080)),
  pod('10.0.0.4', 'z', { app: 'c' }),
];
const NAMESPACES = new Map([
  ['x', {}],
  ['y', { team: 'red' }],
  ['z', { team: 'blue' }],
]);

const policy = (spec: Partial<NetworkPolicySpec>, namespace = 'x'): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p', namespace, uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { podSelector: { matchLabels: { app: 'a' } }, policyTypes: ['Ingress'], ...spec },
});
const plan = (...policies: readonly NetworkPolicy[]): PolicyPlan =>
  planPolicies({ policies, pods: PODS, namespaces: NAMESPACES });

/** What is let through to or from each pod that is restricted, in words. */
function shown(planned: PolicyPlan, side: 'ingress' | 'egress'): Readonly<Record<string, readonly string[]>> {
  const whom = ({ peers }: Allowance): string => {
    const set = peers === null ? undefined : planned.sets.get(peers);
    if (set === undefined) return peers ?? 'all';
    return set.kind === 'pods'
      ? [...set.addresses].map(formatIpNumber).sort().join(',') || 'none'
      : set.ranges.map(({ first, last }) => `${formatIpNumber(first)}-${formatIpNumber(last)}`).join(',');
  };
  const where = ({ port }: Allowance): string => (port === null ? '*' : `${port.protocol}:${port.first}-${port.last}`);
  return Object.fromEntries(
    [...planned[side]].map(([address, chain]) => [
      formatIpNumber(address),
      (planned.chains.get(chain) ?? []).map(each => `${whom(each)} ${where(each)}`).sort(),
    ]),
  );
}

const A = '10.0.0.1';

describe('ingress', () => {
  it.each<[string, Partial<NetworkPolicySpec>, readonly string[]]>([
    ['nothing without rules', {}, []],
    ['nothing of rules of no one', { ingress: [] }, []],
    [
      'pods of its namespace',
      { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'b' } } }] }] },
      ['10.0.0.2 *'],
    ],
    ['all pods of its namespace', { ingress: [{ from: [{ podSelector: {} }] }] }, ['10.0.0.1,10.0.0.2 *']],
    [
      'pods of a namespace',
      { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'red' } } }] }] },
      ['10.0.0.3 *'],
    ],
    ['every pod', { ingress: [{ from: [{ namespaceSelector: {} }] }] }, ['10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4 *']],
    [
      'pods of namespaces',
      { ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } }] }] },
      ['10.0.0.1,10.0.0.3 *'],
    ],
    [
      'pods that are not there yet',
      { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'q' } } }] }] },
      ['none *'],
    ],
    [
      'a block but for its exceptions',
      { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.0.0/16'] } }] }] },
      ['10.0.0.0-10.0.255.255,10.3.0.0-10.255.255.255 *'],
    ],
    [
      'a block of IPv6, of which its exceptions are',
      { ingress: [{ from: [{ ipBlock: { cidr: 'fd00::/126', except: ['fd00::2/128'] } }] }] },
      ['fd00::-fd00::1,fd00::3-fd00::3 *'],
    ],
    ['a port', { ingress: [{ ports: [{ protocol: 'TCP', port: 80 }] }] }, ['all TCP:80-80']],
    ['ports in a row', { ingress: [{ ports: [{ protocol: 'UDP', port: 80, endPort: 90 }] }] }, ['all UDP:80-90']],
    ['all ports of a protocol', { ingress: [{ ports: [{ protocol: 'SCTP' }] }] }, ['all SCTP:0-65535']],
    [
      'what the pod itself calls so',
      { ingress: [{ ports: [{ protocol: 'TCP', port: 'web' }] }] },
      ['all TCP:8080-8080'],
    ],
    ['nothing of a name it does not have', { ingress: [{ ports: [{ protocol: 'UDP', port: 'web' }] }] }, []],
    [
      'each peer at each port',
      {
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { app: 'b' } } }, { ipBlock: { cidr: '192.0.2.1/32' } }],
            ports: [
              { protocol: 'TCP', port: 1 },
              { protocol: 'TCP', port: 2 },
            ],
          },
        ],
      },
      ['10.0.0.2 TCP:1-1', '10.0.0.2 TCP:2-2', '192.0.2.1-192.0.2.1 TCP:1-1', '192.0.2.1-192.0.2.1 TCP:2-2'],
    ],
  ])('lets through %s', (_, spec, allowed) => {
    expect(shown(plan(policy(spec)), 'ingress')).toEqual({ [A]: allowed });
    expect(plan(policy(spec)).egress.size).toBe(0);
  });

  it('is not restricted where all is let through, though another policy lets through less', () => {
    expect(plan(policy({}), policy({ ingress: [{}] })).ingress.size).toBe(0);
  });

  it('adds up over policies, and is the same chain for pods that it is the same for', () => {
    const all = policy({ podSelector: {}, ingress: [{ ports: [{ protocol: 'TCP', port: 1 }] }] });
    const one = policy({ ingress: [{ ports: [{ protocol: 'TCP', port: 2 }] }] });
    expect(shown(plan(all, one), 'ingress')).toEqual({
      [A]: ['all TCP:1-1', 'all TCP:2-2'],
      '10.0.0.2': ['all TCP:1-1'],
    });
    expect(plan(all).chains.size).toBe(1);
  });

  it('differs from pod to pod where each has a port of that name', () => {
    expect(
      shown(plan(policy({ podSelector: {}, ingress: [{ ports: [{ protocol: 'TCP', port: 'web' }] }] })), 'ingress'),
    ).toEqual({ [A]: ['all TCP:8080-8080'], '10.0.0.2': ['all TCP:9090-9090'] });
  });
});

describe('egress', () => {
  const out = (egress: NetworkPolicySpec['egress']) =>
    policy({ policyTypes: ['Egress'], ...(egress ? { egress } : {}) });
  it.each<[string, NetworkPolicySpec['egress'], readonly string[]]>([
    ['nothing without rules', undefined, []],
    ['pods of a namespace', [{ to: [{ namespaceSelector: { matchLabels: { team: 'blue' } } }] }], ['10.0.0.4 *']],
    [
      'each pod at what it calls so itself',
      [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 'web' }] }],
      ['10.0.0.1,10.0.0.3 TCP:8080-8080', '10.0.0.2 TCP:9090-9090'],
    ],
    [
      'whoever has a port of that name',
      [{ ports: [{ protocol: 'TCP', port: 'web' }] }],
      ['10.0.0.1,10.0.0.3 TCP:8080-8080', '10.0.0.2 TCP:9090-9090'],
    ],
    [
      'pods of a block at their port of that name',
      [{ to: [{ ipBlock: { cidr: '10.0.0.2/31' } }], ports: [{ protocol: 'TCP', port: 'web' }] }],
      ['10.0.0.2 TCP:9090-9090', '10.0.0.3 TCP:8080-8080'],
    ],
  ])('lets through %s', (_, egress, allowed) => {
    expect(shown(plan(out(egress)), 'egress')).toEqual({ [A]: allowed });
    expect(plan(out(egress)).ingress.size).toBe(0);
  });
});

it('is nothing at all without policies, and of none that selects nobody', () => {
  expect(plan().ingress.size + plan().egress.size).toBe(0);
  expect(plan(policy({ podSelector: { matchLabels: { app: 'q' } } })).ingress.size).toBe(0);
});
