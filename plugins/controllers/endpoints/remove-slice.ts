import { isStatusError } from '../../../src/api/status-error.ts';
import type { ControllerClient } from '../../../src/sdk/controller.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';

/** Deletes a slice that may be gone already. */
export async function removeSlice(client: ControllerClient, slice: EndpointSlice): Promise<void> {
  const { name, namespace = '' } = slice.metadata;
  try {
    await client.delete(EndpointSlice, { name, namespace });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
