import { createHash } from 'node:crypto';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import type { Answer, TextAnswer } from '../http/answer.ts';
import { sealedMessage } from '../http/encode-protobuf.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { mediaRanges, notAcceptable, PROTOBUF } from '../http/negotiate.ts';
import { aggregatedDiscovery, type DiscoveryVersion } from './aggregated-discovery.ts';
import {
  API_GROUP,
  API_GROUP_DISCOVERY_LIST,
  API_GROUP_LIST,
  API_RESOURCE_LIST,
  API_VERSIONS,
} from './discovery-messages.ts';
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
    const asked = aggregatedForm(headers.accept);
    if (asked !== undefined) return inOneDocument(served, root === 'api' ? 'core' : 'groups', asked, headers);
    return root === 'api'
      ? found(apiVersions(serverAddress), API_VERSIONS)
      : found(apiGroupList(served), API_GROUP_LIST);
  }
  if (root === 'api') {
    return second === undefined && first === 'v1' ? found(resourceList(served, 'v1'), API_RESOURCE_LIST) : undefined;
  }
  return second === undefined
    ? found(singleGroup(served, first), API_GROUP)
    : found(resourceList(served, `${first}/${second}`), API_RESOURCE_LIST);
}

const found = (value: object | undefined, message: ObjectNode): Answer | undefined =>
  value === undefined ? undefined : { type: 'value', code: 200, value, message };

interface Aggregated {
  readonly version: DiscoveryVersion;
  readonly type: 'application/json' | typeof PROTOBUF;
}

function inOneDocument(
  served: ServedKinds,
  part: 'core' | 'groups',
  { version, type }: Aggregated,
  headers: HttpRequest['headers'],
): Answer {
  const value = aggregatedDiscovery(served, part, version);
  const contentType = `${type};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  const json = JSON.stringify(value);
  const body = type === PROTOBUF ? Buffer.concat(sealedMessage(API_GROUP_DISCOVERY_LIST, value)) : json;
  return { ...withEtag(body, contentType, headers), json };
}

/** The aggregated form a client prefers; `undefined` where a plain one comes first. Throws 406. */
function aggregatedForm(accept: string | undefined): Aggregated | undefined {
  for (const { type, parameters } of mediaRanges(accept)) {
    const version = parameters.get('v');
    if (parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('g') === 'apidiscovery.k8s.io') {
      if (version !== 'v2' && version !== 'v2beta1') continue;
      if (type === 'application/json' || type === PROTOBUF) return { version, type };
    } else if (['application/json', '*/*', 'application/*', 'application/yaml', PROTOBUF].includes(type)) {
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
