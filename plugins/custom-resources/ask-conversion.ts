import type { AnyObject } from '../../src/api/object-meta.ts';
import type { AskedConversion } from '../../src/api/resource.ts';
import { StatusError } from '../../src/api/status-error.ts';
import { must } from '../../src/base/must.ts';
import type { Random } from '../../src/base/world.ts';
import type { WebhookCalls, WebhookTarget } from '../webhooks/contract.ts';
import { conversionRequest, convertedObjects, reviewVersion } from './conversion-review.ts';
import { ASKED_BYTES, ASKED_OBJECTS, CONVERSION_MS } from './limits.ts';

/** Who is asked to convert, and in what form. */
export interface Converter {
  readonly calls: WebhookCalls;
  readonly random: Pick<Random, 'uuid'>;
  readonly target: WebhookTarget;
  readonly reviewVersions: readonly string[];
}

/** The conversion of one version by a webhook; `settle` fills in the defaults of today in what is shown. */
export function askedConversion(
  converter: Converter,
  versions: { readonly shown: string; readonly stored: string },
  settle: (object: AnyObject) => AnyObject,
): AskedConversion {
  // Objects do not change: who looks at the same is shown the same. Watches follow one another closely.
  const remembered = new WeakMap<AnyObject, AnyObject>();
  return {
    toStored: objects => converted(converter, objects, versions.stored),
    async fromStored(stored) {
      const shown = new Map<AnyObject, AnyObject>();
      const unknown: AnyObject[] = [];
      for (const object of stored) {
        const known = object.apiVersion === versions.shown ? settle(object) : remembered.get(object);
        if (known === undefined) unknown.push(object);
        else shown.set(object, known);
      }
      for (const [index, object] of (await converted(converter, unknown, versions.shown)).entries()) {
        const before = must(unknown[index], 'each object is converted');
        const settled = settle(object);
        shown.set(before, settled);
        remembered.set(before, settled);
      }
      return stored.map(object => must(shown.get(object), 'each object is shown'));
    },
  };
}

/** The same objects in `apiVersion`, those that are in it as they are. Rejects with `StatusError`. */
async function converted(
  converter: Converter,
  objects: readonly AnyObject[],
  apiVersion: string,
): Promise<readonly AnyObject[]> {
  const others = objects.filter(object => object.apiVersion !== apiVersion);
  const done = new Map<AnyObject, AnyObject>();
  for (const some of inParts(others)) {
    for (const [index, object] of (await ask(converter, some, apiVersion)).entries()) {
      done.set(must(some[index], 'each object is converted'), object);
    }
  }
  return objects.map(object => done.get(object) ?? object);
}

/** So many at once as one answer may hold. */
function* inParts(objects: readonly AnyObject[]): Iterable<readonly AnyObject[]> {
  let part: AnyObject[] = [];
  let bytes = 0;
  for (const object of objects) {
    const size = JSON.stringify(object).length;
    if (part.length > 0 && (part.length === ASKED_OBJECTS || bytes + size > ASKED_BYTES)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(object);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

async function ask(
  { calls, random, target, reviewVersions }: Converter,
  objects: readonly AnyObject[],
  apiVersion: string,
): Promise<readonly AnyObject[]> {
  const version = must(reviewVersion(reviewVersions), 'a version that is known was asked for');
  const uid = random.uuid();
  const answer = await calls.ask(target, conversionRequest(version, uid, objects, apiVersion), CONVERSION_MS);
  const [first] = objects;
  if (!answer.ok) throw failure(first, ` failed: ${answer.message}`);
  const read = convertedObjects(answer.body, { version, uid, objects, apiVersion });
  if ('problem' in read) throw failure(first, read.problem);
  return read.objects;
}

/** Upstream gives these no reason. */
const failure = (object: AnyObject | undefined, problem: string): StatusError =>
  new StatusError('', `conversion webhook for ${object?.apiVersion}, Kind=${object?.kind}${problem}`);
