import { type Stored, bytes, int32, object, string } from '../../../../src/schema/schema.ts';

const GROUP = 'io.k8s.api.admissionregistration.v1';

const serviceReference = object({
  name: string().zero().doc('Its name.').at(2),
  namespace: string().zero().doc('Its namespace.').at(1),
  path: string().optional().doc('Path of requests.').at(3),
  port: int32().default(443).doc('Its port.').at(4),
})
  .named(`${GROUP}.ServiceReference`)
  .doc('A Service that is asked.');

export const webhookClientConfig = object({
  url: string().optional().doc('Address to ask, in place of a Service: https://host:port/path.').at(3),
  service: serviceReference.optional().doc('The Service to ask.').at(1),
  caBundle: bytes()
    .omitEmpty()
    .doc('PEM of who signs the certificate of whom is asked; whom this machine trusts unless given.')
    .at(2),
})
  .named(`${GROUP}.WebhookClientConfig`)
  .doc('How a webhook is reached.');
export type WebhookClientConfig = Stored<typeof webhookClientConfig>;
