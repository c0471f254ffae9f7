import { object, type TestObject } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `namespace/pod`. */
export type End = `${'x' | 'y' | 'z'}/${'a' | 'b' | 'c'}`;
export const ENDS: readonly End[] = ['x/a', 'x/b', 'x/c', 'y/a', 'y/b', 'y/c', 'z/a', 'z/b', 'z/c'];

export interface Asked {
  readonly port: 80 | 81;
  readonly protocol: 'TCP' | 'UDP';
}

export interface PolicyCase {
  readonly title: string;
  readonly policies: readonly TestObject[];
  /** What is asked, and who may not ask whom; none may always be asked by itself. */
  readonly denied: readonly (readonly [Asked, (from: End, to: End) => boolean])[];
}

export const WEB: Asked = { port: 80, protocol: 'TCP' };
const OTHER: Asked = { port: 81, protocol: 'TCP' };
const DATAGRAMS: Asked = { port: 80, protocol: 'UDP' };

const policy = (name: string, spec: Fields, namespace = 'x'): TestObject => ({
  ...object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec }),
  metadata: { name, namespace },
});
const pods = (name: string): Fields => ({ matchLabels: { pod: name } });
const namespaces = (name: string): Fields => ({ matchLabels: { ns: name } });
const someOf = (key: string, ...values: readonly string[]): Fields => ({
  matchExpressions: [{ key, operator: 'In', values }],
});
const toA = pods('a');
const ALL = {};
const from = (...peers: readonly Fields[]): Fields => ({ podSelector: toA, ingress: [{ from: peers }] });
const isIn = (end: End, ...names: readonly string[]): boolean => names.includes(end.split('/')[0] ?? '');
const isPod = (end: End, ...names: readonly string[]): boolean => names.includes(end.split('/')[1] ?? '');

/** Nobody else but those who are `allowed` reaches x/a. */
const onlyToA =
  (allowed: (from: End) => boolean) =>
  (asking: End, asked: End): boolean =>
    asked === 'x/a' && !allowed(asking);
const onlyFromA =
  (allowed: (to: End) => boolean) =>
  (asking: End, asked: End): boolean =>
    asking === 'x/a' && !allowed(asked);
const nobody = (): boolean => false;
const everybody = (): boolean => true;

/** The cases of upstream's suite of network policies, each of which it has with these three namespaces of three pods. */
export const POLICY_CASES: readonly PolicyCase[] = [
  {
    title: 'nothing reaches a namespace that denies ingress',
    policies: [policy('deny-ingress', { podSelector: ALL, policyTypes: ['Ingress'] })],
    denied: [[WEB, (_, to) => isIn(to, 'x')]],
  },
  {
    title: 'nothing reaches or leaves a namespace that denies all',
    policies: [policy('deny-all', { podSelector: ALL, policyTypes: ['Ingress', 'Egress'] })],
    denied: [
      [WEB, (asking, to) => isIn(to, 'x') || isIn(asking, 'x')],
      [DATAGRAMS, (asking, to) => isIn(to, 'x') || isIn(asking, 'x')],
    ],
  },
  {
    title: 'pods of its namespace are let in by their labels',
    policies: [policy('from-b', from({ podSelector: pods('b') }))],
    denied: [[WEB, onlyToA(end => end === 'x/b')]],
  },
  {
    title: 'what a policy does not select stays as it was',
    policies: [policy('from-all', { podSelector: toA, ingress: [{}] })],
    denied: [[WEB, nobody]],
  },
  {
    title: 'pods of all namespaces are let in',
    policies: [policy('from-everywhere', from({ namespaceSelector: ALL }))],
    denied: [[WEB, nobody]],
  },
  {
    title: 'only another namespace is let in',
    policies: [policy('from-y', from({ namespaceSelector: namespaces('y') }))],
    denied: [[WEB, onlyToA(end => isIn(end, 'y'))]],
  },
  {
    title: 'pods are told by expressions',
    policies: [policy('from-b', from({ podSelector: someOf('pod', 'b') }))],
    denied: [[WEB, onlyToA(end => end === 'x/b')]],
  },
  {
    title: 'namespaces are told by expressions',
    policies: [policy('from-y', from({ namespaceSelector: someOf('ns', 'y') }))],
    denied: [[WEB, onlyToA(end => isIn(end, 'y'))]],
  },
  {
    title: 'pods or namespaces',
    policies: [policy('or', from({ podSelector: pods('b') }, { namespaceSelector: namespaces('y') }))],
    denied: [[WEB, onlyToA(end => end === 'x/b' || isIn(end, 'y'))]],
  },
  {
    title: 'pods of certain namespaces',
    policies: [policy('and', from({ podSelector: pods('b'), namespaceSelector: namespaces('y') }))],
    denied: [[WEB, onlyToA(end => end === 'y/b')]],
  },
  {
    title: 'several pods of several namespaces',
    policies: [
      policy('many', from({ podSelector: someOf('pod', 'b', 'c'), namespaceSelector: someOf('ns', 'y', 'z') })),
    ],
    denied: [[WEB, onlyToA(end => isIn(end, 'y', 'z') && isPod(end, 'b', 'c'))]],
  },
  {
    title: 'any of several pods',
    policies: [policy('any', from({ podSelector: pods('b') }, { podSelector: pods('c') }))],
    denied: [[WEB, onlyToA(end => end === 'x/b' || end === 'x/c')]],
  },
  {
    title: 'a namespace by the label that each has',
    policies: [
      policy('by-name', from({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } })),
      policy('by-expression', from({ namespaceSelector: someOf('kubernetes.io/metadata.name', 'z') })),
    ],
    denied: [[WEB, onlyToA(end => isIn(end, 'y', 'z'))]],
  },
  {
    title: 'one port to one namespace',
    policies: [
      policy('port', {
        podSelector: toA,
        ingress: [{ from: [{ namespaceSelector: namespaces('y') }], ports: [{ port: 81 }] }],
      }),
    ],
    denied: [
      [OTHER, onlyToA(end => isIn(end, 'y'))],
      [WEB, onlyToA(nobody)],
    ],
  },
  {
    title: 'policies add up',
    policies: [81, 80].map(port =>
      policy(`port-${port}`, {
        podSelector: toA,
        ingress: [{ from: [{ namespaceSelector: namespaces('y') }], ports: [{ port }] }],
      }),
    ),
    denied: [
      [OTHER, onlyToA(end => isIn(end, 'y'))],
      [WEB, onlyToA(end => isIn(end, 'y'))],
    ],
  },
  {
    title: 'a range of ports',
    policies: [policy('range', { podSelector: toA, ingress: [{ ports: [{ port: 81, endPort: 90 }] }] })],
    denied: [
      [OTHER, nobody],
      [WEB, onlyToA(nobody)],
    ],
  },
  {
    title: 'a port by its name, in',
    policies: [policy('named', { podSelector: toA, ingress: [{ ports: [{ port: 'serve-81-tcp' }] }] })],
    denied: [
      [OTHER, nobody],
      [WEB, onlyToA(nobody)],
    ],
  },
  {
    title: 'a port by its name, out',
    policies: [
      policy('named', { podSelector: toA, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'serve-80-tcp' }] }] }),
    ],
    denied: [
      [WEB, nobody],
      [OTHER, onlyFromA(nobody)],
    ],
  },
  {
    title: 'nothing from pods that may say nothing',
    policies: [policy('silent', { podSelector: toA, policyTypes: ['Egress'] })],
    denied: [[WEB, onlyFromA(nobody)]],
  },
  {
    title: 'nothing from a namespace that may say nothing',
    policies: [policy('silent', { podSelector: ALL, policyTypes: ['Egress'] })],
    denied: [[WEB, asking => isIn(asking, 'x')]],
  },
  {
    title: 'ingress and egress of one policy',
    policies: [
      policy('both', {
        podSelector: toA,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: pods('b') }] }],
        egress: [{ ports: [{ port: 80 }] }],
      }),
    ],
    denied: [
      [WEB, onlyToA(end => end === 'x/b')],
      [OTHER, (asking, to) => asking === 'x/a' || (to === 'x/a' && asking !== 'x/b')],
    ],
  },
  {
    title: 'what the server lets in the client may still not say',
    policies: [
      policy('server', { podSelector: toA, ingress: [{ from: [{ namespaceSelector: namespaces('y') }] }] }),
      policy('client', { podSelector: pods('a'), policyTypes: ['Egress'] }, 'y'),
    ],
    denied: [[WEB, (asking, to) => asking === 'y/a' || (to === 'x/a' && !isIn(asking, 'y'))]],
  },
  {
    title: 'out to one pod of one namespace',
    policies: [
      policy('out', {
        podSelector: toA,
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: pods('a'), namespaceSelector: namespaces('y') }] }],
      }),
    ],
    denied: [[WEB, onlyFromA(end => end === 'y/a')]],
  },
  {
    title: 'any port of one protocol',
    policies: [policy('tcp', { podSelector: toA, ingress: [{ ports: [{ protocol: 'TCP' }] }] })],
    denied: [
      [WEB, nobody],
      [OTHER, nobody],
      [DATAGRAMS, onlyToA(nobody)],
    ],
  },
  {
    title: 'TCP is not meant by SCTP or UDP',
    policies: [
      policy('sctp', { podSelector: toA, ingress: [{ ports: [{ protocol: 'SCTP', port: 80 }] }] }),
      policy('udp', { podSelector: toA, ingress: [{ ports: [{ protocol: 'UDP', port: 80 }] }] }),
    ],
    denied: [
      [WEB, onlyToA(nobody)],
      [DATAGRAMS, nobody],
    ],
  },
  {
    title: 'who lets all in lets in what another policy does not',
    policies: [policy('some', from({ podSelector: pods('b') })), policy('all', { podSelector: ALL, ingress: [{}] })],
    denied: [[WEB, nobody]],
  },
  {
    title: 'who lets all out lets out what another policy does not',
    policies: [
      policy('some', { podSelector: toA, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: pods('b') }] }] }),
      policy('all', { podSelector: ALL, policyTypes: ['Egress'], egress: [{}] }),
    ],
    denied: [[WEB, nobody]],
  },
  {
    title: 'ingress and egress of one pod are told apart',
    policies: [
      policy('in', { podSelector: pods('b'), ingress: [] }),
      policy('out', { podSelector: toA, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: pods('c') }] }] }),
    ],
    denied: [[WEB, (asking, to) => to === 'x/b' || (asking === 'x/a' && to !== 'x/c')]],
  },
];

/** Blocks of addresses, which are known once pods run. */
export const blockCases = (addressOf: (end: End) => string): readonly PolicyCase[] => {
  const out = (...blocks: readonly Fields[]): Fields => ({
    podSelector: toA,
    policyTypes: ['Egress'],
    egress: [{ to: blocks.map(ipBlock => ({ ipBlock })) }],
  });
  const only = `${addressOf('y/b')}/32`;
  return [
    {
      title: 'out to one block',
      policies: [policy('block', out({ cidr: only }))],
      denied: [[WEB, onlyFromA(end => end === 'y/b')]],
    },
    {
      title: 'out to a block but for what is excepted',
      policies: [policy('block', out({ cidr: '0.0.0.0/0', except: [only] }))],
      denied: [[WEB, onlyFromA(end => end !== 'y/b')]],
    },
    {
      title: 'what one block excepts another may have',
      policies: [policy('block', out({ cidr: '0.0.0.0/0', except: [only] }, { cidr: only }))],
      denied: [[WEB, onlyFromA(everybody)]],
    },
    {
      title: 'in from one block',
      policies: [policy('block', from({ ipBlock: { cidr: only } }))],
      denied: [[WEB, onlyToA(end => end === 'y/b')]],
    },
  ];
};
