import type { Call } from '../command/verb.ts';
import { textsAt } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeHead } from './head.ts';

export async function describeConfigMap(call: Call, out: Description, map: KubeObject): Promise<void> {
  describeHead(out, map);
  out.line('\nData\n====');
  for (const [key, value] of Object.entries(textsAt(map, 'data')).toSorted()) out.line(`${key}:\n----\n${value}\n`);
  out.line('\nBinaryData\n====');
  for (const [key, value] of Object.entries(textsAt(map, 'binaryData')).toSorted()) {
    out.line(`${key}: ${Buffer.from(value, 'base64').length} bytes`);
  }
  out.line('');
  await describeEvents(call, out, map);
}
