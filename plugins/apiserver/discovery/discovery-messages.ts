import { listMeta } from '../../../src/api/list-meta-schema.ts';
import { objectMeta } from '../../../src/api/object-meta-schema.ts';
import { boolean, list, object, string, type ObjectNode } from '../../../src/schema/schema.ts';

/** What discovery answers, as it is in protobuf: of `meta.v1` and `apidiscovery.k8s.io`. */
const names = list(string());

const groupVersion = object({ groupVersion: string().at(1), version: string().at(2) });
const serverAddress = object({ clientCIDR: string().at(1), serverAddress: string().at(2) });
const group = object({
  name: string().at(1),
  versions: list(groupVersion).at(2),
  preferredVersion: groupVersion.at(3),
  serverAddressByClientCIDRs: list(serverAddress).at(4),
});
const resource = object({
  name: string().at(1),
  namespaced: boolean().at(2),
  kind: string().at(3),
  verbs: names.wrapped().at(4),
  shortNames: names.at(5),
  singularName: string().at(6),
  categories: names.at(7),
  group: string().at(8),
  version: string().at(9),
  storageVersionHash: string().at(10),
});

export const API_VERSIONS = object({
  versions: names.at(1),
  serverAddressByClientCIDRs: list(serverAddress).at(2),
}).node as ObjectNode;
export const API_GROUP = group.node as ObjectNode;
export const API_GROUP_LIST = object({ groups: list(group).at(1) }).node as ObjectNode;
export const API_RESOURCE_LIST = object({ groupVersion: string().at(1), resources: list(resource).at(2) })
  .node as ObjectNode;

const kind = object({ group: string().at(1), version: string().at(2), kind: string().at(3) });
const discoveredPart = object({
  subresource: string().at(1),
  responseKind: kind.at(2),
  acceptedTypes: list(kind).at(3),
  verbs: names.at(4),
});
const discoveredResource = object({
  resource: string().at(1),
  responseKind: kind.at(2),
  scope: string().at(3),
  singularResource: string().at(4),
  verbs: names.at(5),
  shortNames: names.at(6),
  categories: names.at(7),
  subresources: list(discoveredPart).at(8),
});
const discoveredVersion = object({
  version: string().at(1),
  resources: list(discoveredResource).at(2),
  freshness: string().at(3),
});

export const API_GROUP_DISCOVERY_LIST = object({
  metadata: listMeta.at(1),
  items: list(object({ metadata: objectMeta.at(1), versions: list(discoveredVersion).at(2) })).at(2),
}).node as ObjectNode;
