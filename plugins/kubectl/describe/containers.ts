import { goText } from '../../../src/base/go-text.ts';
import { dig, fieldsAt, listAt, numberAt, textAt, textsAt } from '../dig.ts';
import type { Description } from './description.ts';
import { longTime } from './long-time.ts';

/** What an environment variable that refers to a field of the pod comes to; '' in a template. */
export type FieldValue = (path: string) => string;

export interface ContainerList {
  readonly title: string;
  readonly containers: readonly unknown[];
  readonly statuses: readonly unknown[];
  /** Within a template, which stands one level in. */
  readonly inTemplate: boolean;
  readonly fieldValue: FieldValue;
}

export function describeContainers(out: Description, list: ContainerList): void {
  const space = list.inTemplate ? '  ' : '';
  out.line(`${space}${list.title}:${list.containers.length === 0 ? ' <none>' : ''}`);
  for (const container of list.containers) {
    const name = textAt(container, 'name');
    const status = list.statuses.find(each => textAt(each, 'name') === name);
    out.line(`${list.inTemplate ? ' ' : ''}${name}:`, 1);
    describeBasics(out, container, status);
    describeWords(out, 'Command', listAt(container, 'command'));
    describeWords(out, 'Args', listAt(container, 'args'));
    if (status !== undefined) describeState(out, status);
    describeResources(out, 'Limits', textsAt(container, 'resources', 'limits'));
    describeResources(out, 'Requests', textsAt(container, 'resources', 'requests'));
    for (const [title, field] of PROBES) {
      const probe = dig(container, field);
      if (probe !== undefined) out.field(title, probeText(probe), 2);
    }
    describeEnvFrom(out, listAt(container, 'envFrom'));
    describeEnv(out, container, list.fieldValue);
    describeMounts(out, listAt(container, 'volumeMounts'));
    const devices = listAt(container, 'volumeDevices');
    if (devices.length > 0) out.line('Devices:', 2);
    for (const device of devices) out.line(`${textAt(device, 'devicePath')} from ${textAt(device, 'name')}`, 3);
  }
}

const PROBES = [
  ['Liveness', 'livenessProbe'],
  ['Readiness', 'readinessProbe'],
  ['Startup', 'startupProbe'],
] as const;

function describeBasics(out: Description, container: unknown, status: unknown): void {
  if (status !== undefined) out.field('Container ID', textAt(status, 'containerID'), 2);
  out.field('Image', textAt(container, 'image'), 2);
  if (status !== undefined) out.field('Image ID', textAt(status, 'imageID'), 2);
  const ports = listAt(container, 'ports');
  const shown = ports.map(port => {
    const name = textAt(port, 'name');
    return `${textAt(port, 'containerPort')}/${textAt(port, 'protocol') || 'TCP'}${name === '' ? '' : ` (${name})`}`;
  });
  const hosts = ports.map(port => {
    const name = textAt(port, 'name');
    return `${numberAt(port, 'hostPort') ?? 0}/${textAt(port, 'protocol') || 'TCP'}${name === '' ? '' : ` (${name})`}`;
  });
  out.field(ports.length > 1 ? 'Ports' : 'Port', shown.join(', ') || '<none>', 2);
  out.field(ports.length > 1 ? 'Host Ports' : 'Host Port', hosts.join(', ') || '<none>', 2);
  const profile = dig(container, 'securityContext', 'seccompProfile');
  if (profile !== undefined) out.field('SeccompProfile', textAt(profile, 'type'), 2);
}

function describeWords(out: Description, title: string, words: readonly unknown[]): void {
  if (words.length === 0) return;
  out.line(`${title}:`, 2);
  for (const word of words) for (const part of String(word).split('\n')) out.line(part, 3);
}

function describeState(out: Description, status: unknown): void {
  describeStatus(out, 'State', dig(status, 'state'));
  if (dig(status, 'lastState', 'terminated') !== undefined) describeStatus(out, 'Last State', dig(status, 'lastState'));
  out.field('Ready', dig(status, 'ready') === true ? 'True' : 'False', 2);
  out.field('Restart Count', numberAt(status, 'restartCount') ?? 0, 2);
}

function describeStatus(out: Description, title: string, state: unknown): void {
  const [running, terminated] = [dig(state, 'running'), dig(state, 'terminated')];
  if (running !== undefined) {
    out.field(title, 'Running', 2);
    out.field('Started', longTime(textAt(running, 'startedAt')), 3);
    return;
  }
  if (terminated === undefined) {
    out.field(title, 'Waiting', 2);
    const reason = textAt(state, 'waiting', 'reason');
    if (reason !== '') out.field('Reason', reason, 3);
    return;
  }
  out.field(title, 'Terminated', 2);
  const [reason, message] = [textAt(terminated, 'reason'), textAt(terminated, 'message')];
  if (reason !== '') out.field('Reason', reason, 3);
  if (message !== '') out.field('Message', message, 3);
  out.field('Exit Code', numberAt(terminated, 'exitCode') ?? 0, 3);
  const signal = numberAt(terminated, 'signal') ?? 0;
  if (signal > 0) out.field('Signal', signal, 3);
  out.field('Started', longTime(textAt(terminated, 'startedAt')), 3);
  out.field('Finished', longTime(textAt(terminated, 'finishedAt')), 3);
}

function describeResources(out: Description, title: string, resources: Readonly<Record<string, string>>): void {
  const entries = Object.entries(resources).toSorted();
  if (entries.length > 0) out.line(`${title}:`, 2);
  for (const [name, amount] of entries) out.field(name, amount, 3);
}

export function probeText(probe: unknown): string {
  const number = (field: string): number => numberAt(probe, field) ?? 0;
  const timing =
    `delay=${number('initialDelaySeconds')}s timeout=${number('timeoutSeconds')}s period=${number('periodSeconds')}s ` +
    `#success=${number('successThreshold')} #failure=${number('failureThreshold')}`;
  const [exec, http, tcp, grpc] = ['exec', 'httpGet', 'tcpSocket', 'grpc'].map(field => dig(probe, field));
  if (exec !== undefined) return `exec ${goText(listAt(exec, 'command'))} ${timing}`;
  if (http !== undefined) {
    const scheme = textAt(http, 'scheme').toLowerCase();
    const port = textAt(http, 'port');
    return `http-get ${scheme}://${textAt(http, 'host')}:${port}${textAt(http, 'path')} ${timing}`;
  }
  if (tcp !== undefined) return `tcp-socket ${textAt(tcp, 'host')}:${textAt(tcp, 'port')} ${timing}`;
  if (grpc !== undefined) return `grpc <pod>:${textAt(grpc, 'port')} ${textAt(grpc, 'service')} ${timing}`;
  return `unknown ${timing}`;
}

function describeEnvFrom(out: Description, sources: readonly unknown[]): void {
  if (sources.length > 0) out.line('Environment Variables from:', 2);
  for (const source of sources) {
    const [kind, ref] =
      dig(source, 'configMapRef') === undefined ? ['Secret', 'secretRef'] : ['ConfigMap', 'configMapRef'];
    const prefix = textAt(source, 'prefix');
    const from = prefix === '' ? kind : `${kind} with prefix '${prefix}'`;
    out.line(`${textAt(source, ref, 'name')}\t${from}\tOptional: ${dig(source, ref, 'optional') === true}`, 3);
  }
}

function describeEnv(out: Description, container: unknown, fieldValue: FieldValue): void {
  const env = listAt(container, 'env');
  out.line(`Environment:${env.length === 0 ? '\t<none>' : ''}`, 2);
  for (const variable of env) {
    const name = textAt(variable, 'name');
    const from = fieldsAt(variable, 'valueFrom');
    if (dig(variable, 'valueFrom') === undefined) {
      textAt(variable, 'value')
        .split('\n')
        .forEach((part, i) => out.line(i === 0 ? `${name}:\t${part}` : `\t${part}`, 3));
    } else out.field(name, sourceText(container, from, fieldValue), 3);
  }
}

function sourceText(container: unknown, from: unknown, fieldValue: FieldValue): string {
  const [field, resource, secret, map] = ['fieldRef', 'resourceFieldRef', 'secretKeyRef', 'configMapKeyRef'].map(key =>
    dig(from, key),
  );
  if (field !== undefined) {
    const path = textAt(field, 'fieldPath');
    return `${fieldValue(path)} (${textAt(field, 'apiVersion') || 'v1'}:${path})`;
  }
  if (resource !== undefined) {
    const [kind = '', name = ''] = textAt(resource, 'resource').split('.');
    const amount = textAt(container, 'resources', kind, name);
    return `${amount || (kind === 'limits' ? 'node allocatable' : '0')} (${textAt(resource, 'resource')})`;
  }
  const ref = secret ?? map;
  const optional = `Optional: ${dig(ref, 'optional') === true}`;
  const where = secret === undefined ? 'of config map' : 'in secret';
  return `<set to the key '${textAt(ref, 'key')}' ${where} '${textAt(ref, 'name')}'>\t${optional}`;
}

function describeMounts(out: Description, mounts: readonly unknown[]): void {
  out.line(`Mounts:${mounts.length === 0 ? '\t<none>' : ''}`, 2);
  const sorted = mounts.toSorted((a, b) => (textAt(a, 'mountPath') < textAt(b, 'mountPath') ? -1 : 1));
  for (const mount of sorted) {
    const subPath = textAt(mount, 'subPath');
    const flags = [
      dig(mount, 'readOnly') === true ? 'ro' : 'rw',
      ...(subPath === '' ? [] : [`path=${JSON.stringify(subPath)}`]),
    ];
    out.line(`${textAt(mount, 'mountPath')} from ${textAt(mount, 'name')} (${flags.join(',')})`, 3);
  }
}
