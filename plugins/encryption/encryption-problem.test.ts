import { describe, expect, it } from 'vitest';
import { readEncryption } from './encryption-file.ts';

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n';
const PATH = '/etc/encryption.yaml';
const FILE = `encryption provider configuration file "${PATH}"`;
const problem = async (text: string): Promise<string> => {
  try {
    await readEncryption(text, PATH);
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
};

/** In the words of upstream's own code, which was given the same. */
describe('a configuration that cannot be followed', () => {
  it.each([
    [HEAD, 'error while parsing file: resources: Required value: at least one resources is required'],
    ['', `error while parsing file: error while loading file: ${FILE} is empty`],
    [
      `${HEAD}foo: 1\nresources: []`,
      `error while parsing file: error decoding ${FILE}: strict decoding error: unknown field "foo"`,
    ],
    [
      'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfig',
      `error while parsing file: error decoding ${FILE}: no kind "EncryptionConfig" is registered for version "apiserver.config.k8s.io/v1"`,
    ],
    [
      `${HEAD}resources: [{resources: ["*."], providers: [{identity: {}}]}, {resources: [secrets], providers: [{identity: {}}]}]`,
      'error while building transformers: resource "secrets" is masked by earlier rule "*."',
    ],
    [
      `${HEAD}resources: [{resources: ["*.*"], providers: [{identity: {}}]}, {resources: [deployments.apps], providers: [{identity: {}}]}]`,
      'error while building transformers: resource "deployments.apps" is masked by earlier rule "*.*"',
    ],
  ])('%j', async (text, told) => {
    expect(await problem(text)).toBe(told);
  });

  it('of many faults', async () => {
    const text = `${HEAD}resources:
- {}
- resources: [secrets, secrets, "*."]
  providers: [{}, {identity: {}, aescbc: {keys: []}}, {aescbc: {keys: []}}, {aesgcm: {keys: [{name: "", secret: ""}, {name: a, secret: "!"}, {name: a, secret: YQ==}]}}, {secretbox: {keys: [{name: a, secret: YQ==}]}}]
- resources: ["*.*", pods]
  providers: [{identity: {}}]
- resources: [Pods, "*", serviceipallocations, events.events.k8s.io, ingresses.extensions, "pods.*"]
  providers: [{identity: {}}]
- resources: ["*.apps", deployments.apps]
  providers: [{identity: {}}]`;
    const overlap = (of: readonly string[]) =>
      `Invalid value: ${JSON.stringify(of)}: using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked`;
    const odd = ['Pods', '*', 'serviceipallocations', 'events.events.k8s.io', 'ingresses.extensions', 'pods.*'];
    const told = (await problem(text)).replace('error while parsing file: [', '').slice(0, -1);
    expect(told.split(/, (?=resources\[)/)).toEqual([
      'resources[0].resources: Required value: at least one resources[0].resources is required',
      'resources[0].providers: Required value: at least one resources[0].providers is required',
      'resources[1].resources: Invalid value: ["secrets","secrets","*."]: the same resource cannot be specified multiple times',
      `resources[1].resources: ${overlap(['secrets', 'secrets', '*.'])}`,
      'resources[1].providers[0]: Invalid value: {"AESGCM":null,"AESCBC":null,"Secretbox":null,"Identity":null,"KMS":null}: provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity',
      'resources[1].providers[1]: Invalid value: {"AESGCM":null,"AESCBC":{"Keys":[]},"Secretbox":null,"Identity":{},"KMS":null}: more than one provider specified in a single element, should split into different list elements',
      'resources[1].providers[1].aescbc.keys: Required value: at least one keys is required',
      'resources[1].providers[2].aescbc.keys: Required value: at least one keys is required',
      'resources[1].providers[3].aesgcm.keys[0].name: Required value: name is a mandatory field for a key',
      'resources[1].providers[3].aesgcm.keys[0].secret: Required value: secret is a mandatory field for a key',
      'resources[1].providers[3].aesgcm.keys[1].secret: Invalid value: "REDACTED": secrets must be base64 encoded',
      'resources[1].providers[3].aesgcm.keys[2].secret: Invalid value: "REDACTED": secret is not of the expected length, got 1, expected one of [16 24 32]',
      'resources[1].providers[4].secretbox.keys[0].secret: Invalid value: "REDACTED": secret is not of the expected length, got 1, expected one of [32]',
      `resources[2].resources: ${overlap(['*.*', 'pods'])}`,
      `resources[3].resources: ${overlap(odd)}`,
      'resources[3].resources[0]: Invalid value: "Pods": resource name should not contain capital letters',
      `resources[3].resources[1]: Invalid value: "*": use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources`,
      'resources[3].resources[2]: Invalid value: "serviceipallocations": resources which do not have REST API/s cannot be encrypted',
      `resources[3].resources[3]: Invalid value: "events.events.k8s.io": '*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file`,
      `resources[3].resources[4]: Invalid value: "ingresses.extensions": 'extensions' group has been removed and cannot be used for encryption`,
      'resources[3].resources[5]: Invalid value: "pods.*": encrypting the same resource across groups is not supported',
      `resources[4].resources: ${overlap(['*.apps', 'deployments.apps'])}`,
    ]);
  });

  it('shows no key that it complains about', async () => {
    const secret = 'MDEyMzQ1Njc4OWFiY2RlZg==';
    const key = `{keys: [{name: a, secret: ${secret}}]}`;
    const text = `${HEAD}resources: [{resources: [a], providers: [{aescbc: ${key}, aesgcm: ${key}}]}]`;
    expect(await problem(text)).not.toContain(secret);
  });
});
