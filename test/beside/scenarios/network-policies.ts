import { change, dry, post, remove, table, type Scenario, type Step } from '../step.ts';

const POLICIES = '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies';
const policy = (spec: object): Step => dry(POLICIES, { metadata: { name: 'x' }, spec });
const ports = (...given: readonly object[]): Step => policy({ ingress: [{ ports: given }] });
const from = (...given: readonly object[]): Step => policy({ ingress: [{ from: given }] });
const block = (cidr: string, ...except: readonly string[]): Step =>
  policy({ egress: [{ to: [{ ipBlock: { cidr, except } }] }] });
const odd = { matchLabels: { 'a b': 'c d' } };
const ranges = [
  '',
  'x',
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0.1/8',
  '010.0.0.0/8',
  '10.0.0.0/08',
  '::/0',
  'FD00::/8',
  'fd00::1/8',
  '::ffff:1.2.3.0/120',
];

/** Policies of the network. */
export const networkPolicies: Scenario = {
  nothing: dry(POLICIES, { metadata: { name: 'x' } }),
  'of egress': policy({ egress: [{}] }),
  'of nothing at all': policy({ podSelector: {}, ingress: [], egress: [], policyTypes: [] }),
  'odd types': policy({ policyTypes: ['Odd', ''] }),
  'three types': policy({ policyTypes: ['Ingress', 'Egress', 'Ingress'] }),
  'odd pods': policy({ podSelector: odd }),
  ports: ports({}, { port: 80 }, { port: 'web', protocol: 'UDP' }, { port: 80, endPort: 90, protocol: 'SCTP' }),
  'odd ports': ports({ port: 0 }, { port: 'A--b' }, { protocol: 'Odd' }, { protocol: '' }),
  'odd last ports': ports(
    { port: 80, endPort: 70 },
    { port: 'a', endPort: 9 },
    { endPort: 9 },
    { port: 1, endPort: 70_000 },
  ),
  peers: from({ podSelector: {} }, { namespaceSelector: {}, podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }),
  'no peer': from({}),
  'odd peers': from({ podSelector: odd }, { namespaceSelector: odd }, { podSelector: {}, ipBlock: { cidr: 'x' } }),
  ...Object.fromEntries(ranges.map(range => [`range ${range}`, block(range)])),
  ...Object.fromEntries(ranges.map(range => [`but ${range}`, block('10.0.0.0/8', range)])),
  'but the whole': block('10.0.0.0/8', '10.0.0.0/8', '10.0.0.0/9', '11.0.0.0/9'),
  'all wrong': policy({
    podSelector: odd,
    ingress: [{ from: [{}], ports: [{ port: 0 }] }],
    egress: [{ to: [{}], ports: [{ endPort: 1 }] }],
    policyTypes: ['x'],
  }),
  made: post(POLICIES, { metadata: { name: 'p' }, spec: { podSelector: { matchLabels: { a: 'b' } } } }),
  changed: change(`${POLICIES}/p`, { spec: { egress: [{ to: [{ podSelector: {} }] }] } }),
  'changed badly': change(`${POLICIES}/p`, { spec: { egress: [{ to: [{}] }] } }),
  'in a table': table(POLICIES),
  gone: remove(`${POLICIES}/p`),
};
