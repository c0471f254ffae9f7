import { createHash } from 'node:crypto';
import type { Answer, TextAnswer } from '../http/answer.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { mediaRanges, notAcceptable } from '../http/negotiate.ts';
import { aggregatedDiscovery, type DiscoveryVersion } from './aggregated-discovery.ts';
import { apiGroupList, apiVersions, resourceList, singleGroup } from './api-groups.ts';
import type { ServedKinds } from './served-kinds.ts';

/** `/api`, `/apis` and what lies below them but resources; `undefined` for other paths. */
export function serveDiscovery(
  served: ServedKinds,
  { segments, headers }: Pick<HttpRequest, 'segments' | 'headers'>,
  serverAddress: string,
): Answer | undefined {
  const [root = '', first, second, ...more] = segments;
  if ((root !== 'api' && root !== 'apis') || more.length > 0) return undefined;
  if (first === undefined) {
    const asked = aggregatedVersion(headers.accept);
    if (asked !== undefined) {
      const text = JSON.stringify(aggregatedDiscovery(served, root === 'api' ? 'core' : 'groups', asked));
      const contentType = `application/json;g=apidiscovery.k8s.io;v=${asked};as=APIGroupDiscoveryList`;
      return { ...withEtag(text, contentType, headers), isObject: true };
    }
    return {
      type: 'value',
      code: 200,
      value: root === 'api' ? apiVersions(serverAddress) : apiGroupList(served),
    };
  }
  if (root === 'api') {
    return second === undefined && first === 'v1' ? found(resourceList(served, 'v1')) : undefined;
  }
  return found(second === undefined ? singleGroup(served, first) : resourceList(served, `${first}/${second}`));
}

const found = (value: object | undefined): Answer | undefined =>
  value === undefined ? undefined : { type: 'value', code: 200, value };

/** The aggregated form a client prefers; `undefined` where plain JSON comes first. Throws 406. */
function aggregatedVersion(accept: string | undefined): DiscoveryVersion | undefined {
  for (const { type, parameters } of mediaRanges(accept)) {
    const version = parameters.get('v');
    if (parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io') {
      if (type === 'application/json' && (version === 'v2' || version === 'v2beta1')) return version;
    } else if (['application/json', '*/*', 'application/*', 'application/yaml'].includes(type)) {
      return undefined;
    }
  }
  throw notAcceptable();
}

/** The text, or 304 when the client has it. */
export function withEtag(text: string | Buffer, contentType: string, headers: HttpRequest['headers']): TextAnswer {
  const etag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`;
  const known = (headers['if-none-match'] ?? '').includes(etag);
  const more = { etag, vary: 'Accept', 'cache-control': 'public' };
  return { type: 'text', code: known ? 304 : 200, contentType, text: known ? '' : text, headers: more };
}
