import { boolean, list, object, string } from '../schema/schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

const typed = {
  kind: string().omitEmpty().doc('What it is.'),
  apiVersion: string().omitEmpty().doc('Group and version of the schema it is written in.'),
};

const serverAddress = object({
  clientCIDR: string().doc('Clients of these addresses.').at(1),
  serverAddress: string().doc('Where they reach the server.').at(2),
})
  .named(`${META}.ServerAddressByClientCIDR`)
  .doc('Where some clients reach the server.');

export const apiVersions = object({
  ...typed,
  versions: list(string()).doc('Versions of the core.').at(1),
  serverAddressByClientCIDRs: list(serverAddress).doc('Where clients reach the server.').at(2),
})
  .named(`${META}.APIVersions`)
  .doc('The versions of the core, as /api lists them.');

const groupVersion = object({
  groupVersion: string().doc('Group and version, with a slash between them.').at(1),
  version: string().doc('The version alone.').at(2),
})
  .named(`${META}.GroupVersionForDiscovery`)
  .doc('A version of a group.');

export const apiGroup = object({
  ...typed,
  name: string().doc('Name of the group.').at(1),
  versions: list(groupVersion).doc('Its versions.').at(2),
  preferredVersion: groupVersion.present().doc('The version that clients should take.').at(3),
  serverAddressByClientCIDRs: list(serverAddress).omitEmpty().doc('Where clients reach the server.').at(4),
})
  .named(`${META}.APIGroup`)
  .doc('A group and its versions.');

export const apiGroupList = object({
  ...typed,
  groups: list(apiGroup).doc('The groups.').at(1),
})
  .named(`${META}.APIGroupList`)
  .doc('All groups, as /apis lists them.');

const apiResource = object({
  name: string().doc('Plural, as paths have it; a subresource after a slash.').at(1),
  singularName: string().doc('Singular, as people say it.').at(6),
  namespaced: boolean().zero().doc('Whether objects lie in namespaces.').at(2),
  group: string().omitEmpty().doc('Group of its kind where it is another one.').at(8),
  version: string().omitEmpty().doc('Version of its kind where it is another one.').at(9),
  kind: string().doc('Its kind.').at(3),
  verbs: list(string()).plain().doc('What can be done with it.').at(4),
  shortNames: list(string()).omitEmpty().doc('What people call it for short.').at(5),
  categories: list(string()).omitEmpty().doc('What it is listed with, such as all.').at(7),
  storageVersionHash: string().omitEmpty().doc('Changes with the version it is stored in.').at(10),
})
  .named(`${META}.APIResource`)
  .listedByProps()
  .doc('A resource or subresource.');

export const apiResourceList = object({
  ...typed,
  groupVersion: string().doc('The version of the group they are of.').at(1),
  resources: list(apiResource).doc('The resources.').at(2),
})
  .named(`${META}.APIResourceList`)
  .doc('The resources of a version of a group.');

export const versionInfo = object({
  major: string().doc('Major version.'),
  minor: string().doc('Minor version.'),
  emulationMajor: string().omitEmpty().doc('Major version that it behaves as.'),
  emulationMinor: string().omitEmpty().doc('Minor version that it behaves as.'),
  minCompatibilityMajor: string().omitEmpty().doc('Major version of the oldest it works with.'),
  minCompatibilityMinor: string().omitEmpty().doc('Minor version of the oldest it works with.'),
  gitVersion: string().doc('The whole version.'),
  gitCommit: string().doc('The commit it was built of.'),
  gitTreeState: string().doc('Whether that was changed: clean or dirty.'),
  buildDate: string().doc('When it was built.'),
  goVersion: string().doc('The Go that it was built by.'),
  compiler: string().doc('The compiler.'),
  platform: string().doc('System and processor that it was built for.'),
})
  .named('io.k8s.apimachinery.pkg.version.Info')
  .doc('Which version a server is.');
