import type { Call } from '../command/verb.ts';
import { textAt, textsAt } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeHead } from './head.ts';

/** What a secret holds is not told, but for tokens of service accounts. */
export async function describeSecret(_: Call, out: Description, secret: KubeObject): Promise<void> {
  const type = textAt(secret, 'type');
  describeHead(out, secret);
  out.line(`\nType:\t${type}`);
  out.line('\nData\n====');
  for (const [key, value] of Object.entries(textsAt(secret, 'data')).toSorted()) {
    const bytes = Buffer.from(value, 'base64');
    const isToken = key === 'token' && type === 'kubernetes.io/service-account-token';
    out.field(key, isToken ? bytes.toString('utf8') : `${bytes.length} bytes`);
  }
}
