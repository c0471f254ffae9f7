import type { Call } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeMaps } from './head.ts';
import { compactRules } from './compact-rules.ts';

const shown = (list: readonly string[]): string => `[${list.join(' ')}]`;

export async function describeRole(_: Call, out: Description, role: KubeObject): Promise<void> {
  out.field('Name', nameOf(role));
  describeMaps(out, role);
  out.line('PolicyRule:');
  out.line('Resources\tNon-Resource URLs\tResource Names\tVerbs', 1);
  out.line('---------\t-----------------\t--------------\t-----', 1);
  for (const { resource, urls, names, verbs } of compactRules(listAt(role, 'rules'))) {
    out.line(`${resource}\t${shown(urls)}\t${shown(names)}\t${shown(verbs)}`, 1);
  }
}

export async function describeRoleBinding(_: Call, out: Description, binding: KubeObject): Promise<void> {
  out.field('Name', nameOf(binding));
  describeMaps(out, binding);
  out.line('Role:');
  out.field('Kind', textAt(binding, 'roleRef', 'kind'), 1);
  out.field('Name', textAt(binding, 'roleRef', 'name'), 1);
  out.line('Subjects:');
  out.line('Kind\tName\tNamespace', 1);
  out.line('----\t----\t---------', 1);
  for (const subject of listAt(binding, 'subjects')) {
    out.line(`${textAt(subject, 'kind')}\t${textAt(subject, 'name')}\t${textAt(subject, 'namespace')}`, 1);
  }
}
