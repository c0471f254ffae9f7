import { boolean, bytes, int32, listMap, object, string, time, type Stored } from '../../../../src/schema/schema.ts';

const APIREGISTRATION = 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1';

const serviceReference = object({
  namespace: string().omitEmpty().doc('Namespace of the service.').at(1),
  name: string().omitEmpty().doc('Name of the service.').at(2),
  port: int32().default(443).doc('Port of the service that speaks TLS.').at(3),
})
  .named(`${APIREGISTRATION}.ServiceReference`)
  .doc('A service in front of the servers of an API.');
export type ServiceReference = Stored<typeof serviceReference>;

export const apiServiceSpec = object({
  service: serviceReference.optional().doc('Who answers requests; this server itself where there is none.').at(1),
  group: string().omitEmpty().doc('Group of the API.').at(2),
  version: string().omitEmpty().doc('Version of the API.').at(3),
  insecureSkipTLSVerify: boolean().omitEmpty().doc('The certificate of who answers is not verified.').at(4),
  caBundle: bytes()
    .bytesAsList()
    .omitEmpty()
    .doc('PEM of the CAs that the certificate of who answers is verified by.')
    .at(5),
  groupPriorityMinimum: int32().zero().doc('Groups of higher priority come first in discovery.').at(7),
  versionPriority: int32().zero().doc('Versions of higher priority come first within their group.').at(8),
})
  .named(`${APIREGISTRATION}.APIServiceSpec`)
  .doc('Which API it is, and who answers requests to it.');
export type ApiServiceSpec = Stored<typeof apiServiceSpec>;

const apiServiceCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named(`${APIREGISTRATION}.APIServiceCondition`)
  .doc('One aspect of the state of an API.');
export type ApiServiceCondition = Stored<typeof apiServiceCondition>;

export const apiServiceStatus = object({
  conditions: listMap(apiServiceCondition, 'type').omitEmpty().doc('Aspects of its state.').at(1),
})
  .named(`${APIREGISTRATION}.APIServiceStatus`)
  .doc('How an API fares.');
export type ApiServiceStatus = Stored<typeof apiServiceStatus>;
