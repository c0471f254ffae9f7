import type { Call } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt, textsAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { describeContainers } from './containers.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { controllerOf, describeMaps } from './head.ts';
import { describeLabels } from './labels.ts';
import { longTime, since } from './long-time.ts';
import { describeSpread, describeTolerations } from './tolerations-and-spread.ts';
import { describeVolumes } from './volumes.ts';

export async function describePod(call: Call, out: Description, pod: KubeObject): Promise<void> {
  const spec = (field: string): string => textAt(pod, 'spec', field);
  out.field('Name', nameOf(pod));
  out.field('Namespace', namespaceOf(pod));
  if (dig(pod, 'spec', 'priority') !== undefined) out.field('Priority', spec('priority'));
  if (spec('priorityClassName') !== '') out.field('Priority Class Name', spec('priorityClassName'));
  if (spec('runtimeClassName') !== '') out.field('Runtime Class Name', spec('runtimeClassName'));
  if (spec('serviceAccountName') !== '') out.field('Service Account', spec('serviceAccountName'));
  out.field('Node', spec('nodeName') === '' ? '<none>' : `${spec('nodeName')}/${textAt(pod, 'status', 'hostIP')}`);
  const started = textAt(pod, 'status', 'startTime');
  if (started !== '') out.field('Start Time', longTime(started));
  describeMaps(out, pod);
  describeStatus(call, out, pod);
  describeAddresses(out, pod);
  const controller = controllerOf(pod);
  if (controller !== '') out.field('Controlled By', controller);
  if (textAt(pod, 'status', 'nominatedNodeName') !== '')
    out.field('NominatedNodeName', textAt(pod, 'status', 'nominatedNodeName'));
  describeAllContainers(out, pod);
  describeConditions(out, pod);
  describeVolumes(out, listAt(pod, 'spec', 'volumes'), false);
  out.field('QoS Class', textAt(pod, 'status', 'qosClass'));
  describeLabels(out, 'Node-Selectors', textsAt(pod, 'spec', 'nodeSelector'));
  describeTolerations(out, 'Tolerations', listAt(pod, 'spec', 'tolerations'));
  describeSpread(out, listAt(pod, 'spec', 'topologySpreadConstraints'), false);
  await describeEvents(call, out, pod);
}

function describeStatus({ world }: Call, out: Description, pod: KubeObject): void {
  const phase = textAt(pod, 'status', 'phase');
  const deleted = textAt(pod, 'metadata', 'deletionTimestamp');
  if (deleted !== '' && phase !== 'Failed' && phase !== 'Succeeded') {
    out.field('Status', `Terminating (lasts ${since(deleted, world.clock.now())})`);
    out.field('Termination Grace Period', `${numberAt(pod, 'metadata', 'deletionGracePeriodSeconds') ?? 0}s`);
  } else out.field('Status', phase);
  for (const [title, field] of [
    ['Reason', 'reason'],
    ['Message', 'message'],
  ] as const) {
    if (textAt(pod, 'status', field) !== '') out.field(title, textAt(pod, 'status', field));
  }
  const profile = dig(pod, 'spec', 'securityContext', 'seccompProfile');
  if (profile !== undefined) out.field('SeccompProfile', textAt(profile, 'type'));
}

function describeAddresses(out: Description, pod: KubeObject): void {
  out.field('IP', textAt(pod, 'status', 'podIP'));
  const addresses = listAt(pod, 'status', 'podIPs');
  if (addresses.length === 0) return out.field('IPs', '<none>');
  out.line('IPs:');
  for (const address of addresses) out.field('IP', textAt(address, 'ip'), 1);
}

function describeAllContainers(out: Description, pod: KubeObject): void {
  const fieldValue = (path: string): string => valueOf(pod, path);
  for (const [title, field, statuses] of [
    ['Init Containers', 'initContainers', 'initContainerStatuses'],
    ['Containers', 'containers', 'containerStatuses'],
    ['Ephemeral Containers', 'ephemeralContainers', 'ephemeralContainerStatuses'],
  ] as const) {
    const containers = listAt(pod, 'spec', field);
    if (containers.length === 0 && field !== 'containers') continue;
    describeContainers(out, {
      title,
      containers,
      statuses: listAt(pod, 'status', statuses),
      inTemplate: false,
      fieldValue,
    });
  }
}

function valueOf(pod: KubeObject, path: string): string {
  const key = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (key !== null) return textAt(pod, 'metadata', key[1] ?? '', key[2] ?? '');
  return textAt(pod, ...path.split('.'));
}

function describeConditions(out: Description, pod: KubeObject): void {
  const conditions = listAt(pod, 'status', 'conditions');
  const gates = listAt(pod, 'spec', 'readinessGates');
  if (gates.length > 0) {
    out.line('Readiness Gates:');
    out.line('Type\tStatus', 1);
    for (const gate of gates) {
      const type = textAt(gate, 'conditionType');
      const status =
        textAt(
          conditions.find(each => textAt(each, 'type') === type),
          'status',
        ) || '<none>';
      out.line(`${type} \t${status} `, 1);
    }
  }
  if (conditions.length === 0) return;
  out.line('Conditions:');
  out.line('Type\tStatus', 1);
  for (const condition of conditions) out.line(`${textAt(condition, 'type')} \t${textAt(condition, 'status')} `, 1);
}
