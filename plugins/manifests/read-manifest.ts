import { messageOf } from '../../src/base/message-of.ts';
import { isRecord, type JsonRecord } from '../../src/api/json-record.ts';
import { MAX_ALIASES } from './limits.ts';

/** Why a file holds no manifests. Only another content mends it. */
export class ManifestError extends Error {
  readonly code = 'BadManifest';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ManifestError';
  }
}

/** An object as a file says it. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** '' where the file says none. */
  readonly namespace: string;
  readonly body: JsonRecord;
}

/** The objects of a text of YAML documents or JSON, lists taken apart, in their order. Throws ManifestError. */
export async function readManifest(text: string): Promise<readonly ManifestObject[]> {
  return (await documentsOf(text)).flatMap(each => (each === null ? [] : objectsOf(each)));
}

/** JSON is YAML. The library is loaded when the first file is there. */
async function documentsOf(text: string): Promise<readonly unknown[]> {
  const { parseAllDocuments } = await import('yaml');
  return parseAllDocuments(text, { version: '1.1', merge: true, prettyErrors: true }).map(document => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new ManifestError(problem.message.trimEnd(), problem);
    try {
      return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    } catch (error) {
      throw new ManifestError(messageOf(error), error);
    }
  });
}

function objectsOf(value: unknown): readonly ManifestObject[] {
  if (!isRecord(value)) throw new ManifestError('a document is no object');
  const { apiVersion, kind, items } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new ManifestError('an object lacks its apiVersion or kind');
  }
  if (kind.endsWith('List') && Array.isArray(items)) return items.flatMap(objectsOf);
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const { name, namespace = '' } = metadata;
  if (typeof name !== 'string' || name === '' || typeof namespace !== 'string') {
    throw new ManifestError(`a ${kind} lacks its name`);
  }
  return [{ apiVersion, kind, name, namespace, body: value }];
}
