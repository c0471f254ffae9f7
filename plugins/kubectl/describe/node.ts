import type { Call } from '../command/verb.ts';
import { dig, fieldsAt, listAt, textAt, textsAt } from '../dig.ts';
import { isReason } from '../failures.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeMaps } from './head.ts';
import { longTime } from './long-time.ts';
import { describeNodePods } from './node-pods.ts';

export async function describeNode(call: Call, out: Description, node: KubeObject): Promise<void> {
  out.field('Name', nameOf(node));
  out.field('Roles', rolesOf(node));
  describeMaps(out, node);
  out.field('CreationTimestamp', longTime(textAt(node, 'metadata', 'creationTimestamp')));
  describeTaints(out, listAt(node, 'spec', 'taints'));
  out.field('Unschedulable', String(dig(node, 'spec', 'unschedulable') === true));
  await describeLease(call, out, node);
  describeConditions(out, node);
  out.line('Addresses:');
  for (const address of listAt(node, 'status', 'addresses'))
    out.field(textAt(address, 'type'), textAt(address, 'address'), 1);
  for (const [title, field] of [
    ['Capacity', 'capacity'],
    ['Allocatable', 'allocatable'],
  ] as const) {
    const amounts = Object.entries(textsAt(node, 'status', field)).toSorted();
    if (amounts.length > 0) out.line(`${title}:`);
    for (const [name, amount] of amounts) out.field(name, amount, 1);
  }
  describeSystem(out, node);
  if (textAt(node, 'spec', 'podCIDR') !== '') out.field('PodCIDR', textAt(node, 'spec', 'podCIDR'));
  const ranges = listAt(node, 'spec', 'podCIDRs').map(String);
  if (ranges.length > 0) out.field('PodCIDRs', ranges.join(','));
  if (textAt(node, 'spec', 'providerID') !== '') out.field('ProviderID', textAt(node, 'spec', 'providerID'));
  await describeNodePods(call, out, node);
  await describeEvents(call, out, node);
}

function rolesOf(node: KubeObject): string {
  const labels = Object.entries(textsAt(node, 'metadata', 'labels'));
  const roles = labels.flatMap(([key, value]) => {
    const role = /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1];
    return role === undefined ? (key === 'kubernetes.io/role' && value !== '' ? [value] : []) : [role];
  });
  return [...new Set(roles)].toSorted().join(',') || '<none>';
}

function describeTaints(out: Description, taints: readonly unknown[]): void {
  const texts = taints
    .map(taint => {
      const value = textAt(taint, 'value');
      return `${textAt(taint, 'key')}${value === '' ? '' : `=${value}`}:${textAt(taint, 'effect')}`;
    })
    .toSorted();
  if (texts.length === 0) return out.field('Taints', '<none>');
  texts.forEach((text, i) => out.line(`${i === 0 ? 'Taints:' : ''}\t${text}`));
}

async function describeLease({ cluster }: Call, out: Description, node: KubeObject): Promise<void> {
  let lease: unknown;
  try {
    lease = await (await cluster.client()).json(
      `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${nameOf(node)}`,
    );
  } catch (error) {
    if (!isReason(error, 'NotFound') && !isReason(error, 'Forbidden')) throw error;
    out.field('Lease', `Failed to get lease: ${error.message}`);
    return;
  }
  out.line('Lease:');
  const moment = (field: string): string => {
    const text = textAt(lease, 'spec', field);
    return text === '' ? '<unset>' : longTime(text);
  };
  out.field('HolderIdentity', textAt(lease, 'spec', 'holderIdentity') || '<unset>', 1);
  out.field('AcquireTime', moment('acquireTime'), 1);
  out.field('RenewTime', moment('renewTime'), 1);
}

function describeConditions(out: Description, node: KubeObject): void {
  const conditions = listAt(node, 'status', 'conditions');
  if (conditions.length === 0) return;
  out.line('Conditions:');
  out.line('Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage', 1);
  out.line('----\t------\t-----------------\t------------------\t------\t-------', 1);
  for (const each of conditions) {
    const cell = (field: string): string => textAt(each, field);
    const times = `${longTime(cell('lastHeartbeatTime'))} \t${longTime(cell('lastTransitionTime'))}`;
    out.line(`${cell('type')} \t${cell('status')} \t${times} \t${cell('reason')} \t${cell('message')}`, 1);
  }
}

const SYSTEM = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const;

function describeSystem(out: Description, node: KubeObject): void {
  out.line('System Info:');
  const info = fieldsAt(node, 'status', 'nodeInfo');
  for (const [title, field] of SYSTEM) out.field(title, textAt(info, field), 1);
}
