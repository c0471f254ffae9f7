import { compareUtf8 } from '../../../src/base/compare-utf8.ts';
import { dig, listAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { currentId, kindText, type Id, type Item } from './item.ts';

/** In the order of kinds in which they could be made, unless the kustomization wants another. */
export function sortItems(items: readonly Item[], options: unknown): readonly Item[] {
  const order = options === undefined ? 'legacy' : textAt(options, 'order');
  if (order !== 'legacy' && order !== 'fifo') {
    throw new Failure(`the field 'sortOptions.order' must be one of [fifo, legacy]`);
  }
  const legacy = dig(options, 'legacySortOptions');
  if (order === 'fifo') {
    if (legacy === undefined) return items;
    throw new Failure(
      `the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'`,
    );
  }
  const first = legacy === undefined ? FIRST : listAt(legacy, 'orderFirst').map(String);
  const last = legacy === undefined ? LAST : listAt(legacy, 'orderLast').map(String);
  const rank = ({ kind }: Id): number =>
    last.includes(kind) ? 1 + last.indexOf(kind) : first.includes(kind) ? first.indexOf(kind) - first.length : 0;
  return items.toSorted((a, b) => {
    const [left, right] = [currentId(a), currentId(b)];
    return (
      rank(left) - rank(right) ||
      compareUtf8(kindKey(left), kindKey(right)) ||
      compareUtf8(nameKey(left), nameKey(right))
    );
  });
}

const kindKey = ({ group, version, kind }: Id): string => `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
const nameKey = (id: Id): string => `${kindText(id)}|${id.namespace || '~X'}|${id.name || '~N'}`;

const FIRST = (
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy ' +
  'Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange ' +
  'PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob ' +
  'PodDisruptionBudget'
).split(' ');
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
