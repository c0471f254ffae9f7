import type { Resource } from '../../../src/api/resource.ts';
import { isRecord, own } from '../../../src/base/is-record.ts';
import type { CrossVersionReference } from '../../kinds/autoscaling/v2/cross-version-reference.ts';
import { versionProblem } from '../../kinds/autoscaling/v2/validate-reference.ts';

/** The scale subresource of what an autoscaler scales. */
export interface Scale {
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly selector: string;
}

/** The kind that is meant, in any version. Throws what upstream says of one that there is not. */
export function scaledResource({ apiVersion = '', kind }: CrossVersionReference, all: readonly Resource[]): Resource {
  const problem = versionProblem(apiVersion, 'core too');
  if (problem !== undefined) throw new Error(problem);
  const group = apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : '';
  const found = all.filter(each => each.kind === kind && each.group === group);
  const resource = found.find(({ scale }) => scale !== undefined) ?? found[0];
  if (resource === undefined) throw new Error(`no matches for kind "${kind}" in group "${group}"`);
  return resource;
}

export const scalePath = ({ group, apiVersion, plural }: Resource, namespace: string, name: string): string =>
  `${group === '' ? '/api' : '/apis'}/${apiVersion}/namespaces/${namespace}/${plural}/${encodeURIComponent(name)}/scale`;

export function readScale(answer: unknown): Scale {
  const part = (name: string): Readonly<Record<string, unknown>> => {
    const value = isRecord(answer) ? own(answer, name) : undefined;
    return isRecord(value) ? value : {};
  };
  const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const [spec, status] = [part('spec'), part('status')];
  const selector = own(status, 'selector');
  return {
    specReplicas: count(own(spec, 'replicas')),
    statusReplicas: count(own(status, 'replicas')),
    selector: typeof selector === 'string' ? selector : '',
  };
}
