import { RE2JS } from 're2js';
import { parseLabelSelector } from '../../../src/api/label-selector.ts';
import { textAt, textsAt } from '../dig.ts';
import { currentId, effectiveNamespace, originalId, type Item } from './item.ts';

/** The items that the target of a patch means; names and kinds are patterns. */
export function selectItems(items: readonly Item[], target: unknown): readonly Item[] {
  const matches = (field: string, ...values: readonly string[]): boolean => {
    const pattern = textAt(target, field);
    if (pattern === '') return true;
    const anchored = RE2JS.compile(`^(?:${pattern})$`);
    return values.some(value => anchored.matches(value));
  };
  const labels = parseLabelSelector(textAt(target, 'labelSelector'));
  const annotations = parseLabelSelector(textAt(target, 'annotationSelector'));
  return items.filter(item => {
    const [current, original] = [currentId(item), originalId(item)];
    return (
      matches('namespace', effectiveNamespace(original), effectiveNamespace(current)) &&
      matches('name', original.name, current.name) &&
      matches('group', current.group) &&
      matches('version', current.version) &&
      matches('kind', current.kind) &&
      labels.matches(textsAt(item.object, 'metadata', 'labels')) &&
      annotations.matches(textsAt(item.object, 'metadata', 'annotations'))
    );
  });
}
