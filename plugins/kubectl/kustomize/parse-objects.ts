import { isRecord } from '../../../src/base/is-record.ts';
import { documentsOf } from '../builder/documents.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { isKubeObject, nameOf, type KubeObject } from '../kube-object.ts';

/** The objects of a text. */
export const parseObjects = async (text: string, source: string): Promise<readonly KubeObject[]> =>
  objectsIn(await documentsOf(text, source, { hasPlainWords: true }));

/** The objects of documents; the members of lists come behind all others. */
export function objectsIn(documents: readonly unknown[]): readonly KubeObject[] {
  const left = documents.filter(each => each !== null && each !== undefined);
  const objects: KubeObject[] = [];
  for (const value of left) {
    if (!isRecord(value)) throw new Failure(`it is no object: ${JSON.stringify(value)}`);
    if (textAt(value, 'kind') === '') throw new Failure(`missing kind in object ${JSON.stringify(value)}`);
    if (textAt(value, 'kind').endsWith('List') && Array.isArray(value['items'])) {
      left.push(...value['items']);
      continue;
    }
    if (nameOf(value) === '' && textAt(value, 'metadata', 'generateName') === '') {
      throw new Failure(`missing metadata.name in object ${JSON.stringify(value)}`);
    }
    const object = { apiVersion: '', ...value };
    if (isKubeObject(object)) objects.push(object);
  }
  return objects;
}
