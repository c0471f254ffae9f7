import type { NonResourceRoute } from '../apiserver/contract.ts';
import { CA_PATH } from './contract.ts';

/** Where a machine that wants to join reads the CA, before it knows whom it talks to; it has a digest to check it by. */
export const caRoute = (caCertificate: string): NonResourceRoute => ({
  path: CA_PATH,
  contentType: 'text/plain',
  body: () => caCertificate,
});
