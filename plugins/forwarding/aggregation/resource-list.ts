import { isRecord, own } from '../../../src/base/is-record.ts';
import { jsonOf } from '../../../src/base/json-of.ts';
import type { RemoteResource } from '../../apiserver/contract.ts';

/** The resources of an APIResourceList as another server sends it; what is none is left out. */
export function resourceList(body: Buffer): readonly RemoteResource[] {
  const parsed = jsonOf(body.toString());
  const items = isRecord(parsed) ? own(parsed, 'resources') : undefined;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const text = (key: string): string => {
      const value = own(item, key);
      return typeof value === 'string' ? value : '';
    };
    const texts = (key: string): readonly string[] => {
      const value = own(item, key);
      return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
    };
    const name = text('name');
    if (name === '') return [];
    return [
      {
        name,
        singularName: text('singularName'),
        namespaced: own(item, 'namespaced') === true,
        group: text('group'),
        version: text('version'),
        kind: text('kind'),
        verbs: texts('verbs'),
        shortNames: texts('shortNames'),
        categories: texts('categories'),
      },
    ];
  });
}
