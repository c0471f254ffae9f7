import type { JsonRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import { isOfItself, namespaceOf } from './request-of.ts';

/** What a review is about: the request, as which kind it is asked, and its objects as that. */
export interface Reviewed {
  readonly request: AdmissionRequest;
  readonly as: Resource;
  readonly object: AnyObject | undefined;
  readonly oldObject: AnyObject | undefined;
}

/** Of those known here, the first that a webhook says it knows. */
export const reviewVersion = (versions: readonly string[]): 'v1' | 'v1beta1' | undefined =>
  versions.find(version => version === 'v1' || version === 'v1beta1');

/** An AdmissionReview that asks; its two versions differ in name only. */
export function reviewRequest(version: string, uid: string, { request, as, object, oldObject }: Reviewed): JsonRecord {
  const { resource, subresource, operation, name, user, dryRun } = request;
  const namespace = namespaceOf(request);
  const below = subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource };
  const shown = object ?? oldObject;
  const other = shown === undefined || isOfItself(request, shown, as) ? undefined : readKind(shown);
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid,
      kind: kindOf(other ?? as),
      resource: resourceOf(as),
      requestKind: kindOf(other ?? resource),
      requestResource: resourceOf(resource),
      ...below,
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: {
        username: user.name,
        ...(user.uid === undefined ? {} : { uid: user.uid }),
        groups: user.groups,
        ...(user.extra === undefined ? {} : { extra: user.extra }),
      },
      object: object ?? null,
      oldObject: oldObject ?? null,
      dryRun,
      options:
        operation === 'CONNECT' ? null : { kind: OPTIONS[operation], apiVersion: 'meta.k8s.io/v1', ...request.options },
    },
  };
}

const OPTIONS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;

type Kind = Pick<Resource, 'group' | 'version' | 'kind'>;
const kindOf = ({ group, version, kind }: Kind): JsonRecord => ({ group, version, kind });
const resourceOf = ({ group, version, plural }: Resource): JsonRecord => ({ group, version, resource: plural });

function readKind({ apiVersion, kind }: AnyObject): Kind {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group, version, kind };
}
