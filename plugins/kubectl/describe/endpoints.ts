import type { Call } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeHead } from './head.ts';

export async function describeEndpoints(call: Call, out: Description, endpoints: KubeObject): Promise<void> {
  describeHead(out, endpoints);
  out.line('Subsets:');
  for (const subset of listAt(endpoints, 'subsets')) {
    const addresses = (field: string): string =>
      listAt(subset, field)
        .map(each => textAt(each, 'ip'))
        .join(',') || '<none>';
    out.field('Addresses', addresses('addresses'), 1);
    out.field('NotReadyAddresses', addresses('notReadyAddresses'), 1);
    const ports = listAt(subset, 'ports');
    if (ports.length > 0) {
      out.line('Ports:', 1);
      out.line('Name\tPort\tProtocol', 2);
      out.line('----\t----\t--------', 2);
      for (const port of ports)
        out.line(`${textAt(port, 'name') || '<unset>'}\t${textAt(port, 'port')}\t${textAt(port, 'protocol')}`, 2);
    }
    out.line('');
  }
  await describeEvents(call, out, endpoints);
}
