import { Pod } from '../../kinds/core/v1/pod.ts';
import { strategicMergePatch } from '../../../src/api/strategic-merge-patch.ts';
import { fieldsAt, listAt, textAt, type Fields } from '../dig.ts';
import { withContainer } from './profiles.ts';

/** The pod whose container of this name has what a partial container says merged over it. */
export const withCustomContainer = (pod: Fields, name: string, custom: Fields | undefined): Fields =>
  custom === undefined ? pod : withContainer(pod, name, each => merged(each, name, custom));

const NO_METADATA = { name: '', uid: '', resourceVersion: '', creationTimestamp: '' };

/** Merged as within a pod: that is where the schema of containers tells how. */
function merged(container: Fields, name: string, custom: Fields): Fields {
  const holding = (each: Fields): Fields => ({ spec: { containers: [{ ...each, name }] } });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: NO_METADATA, ...holding(container) };
  const patched = strategicMergePatch(Pod, pod, holding(custom));
  return fieldsAt(listAt(patched, 'spec', 'containers').find(each => textAt(each, 'name') === name));
}
