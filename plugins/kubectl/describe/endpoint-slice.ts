import { goText } from '../../../src/base/go-text.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeHead } from './head.ts';

export async function describeEndpointSlice(call: Call, out: Description, slice: KubeObject): Promise<void> {
  describeHead(out, slice);
  out.field('AddressType', textAt(slice, 'addressType'));
  const ports = listAt(slice, 'ports');
  out.line(`Ports:${ports.length === 0 ? ' <unset>' : ''}`);
  if (ports.length > 0) {
    out.line('Name\tPort\tProtocol', 1);
    out.line('----\t----\t--------', 1);
  }
  for (const port of ports) {
    out.line(
      `${textAt(port, 'name') || '<unset>'}\t${textAt(port, 'port') || '<unset>'}\t${textAt(port, 'protocol')}`,
      1,
    );
  }
  const endpoints = listAt(slice, 'endpoints');
  out.line(`Endpoints:${endpoints.length === 0 ? ' <none>' : ''}`);
  for (const endpoint of endpoints) {
    out.line(`- Addresses:\t${listAt(endpoint, 'addresses').map(String).join(', ')}`, 1);
    out.line('Conditions:', 2);
    const ready = dig(endpoint, 'conditions', 'ready');
    out.field('Ready', ready === undefined ? '<unset>' : goText(ready), 3);
    out.field('Hostname', textAt(endpoint, 'hostname') || '<unset>', 2);
    const target = dig(endpoint, 'targetRef');
    if (target !== undefined) out.field('TargetRef', `${textAt(target, 'kind')}/${textAt(target, 'name')}`, 2);
    out.field('NodeName', textAt(endpoint, 'nodeName') || '<unset>', 2);
    out.field('Zone', textAt(endpoint, 'zone') || '<unset>', 2);
  }
  await describeEvents(call, out, slice);
}
