import { expect, it } from 'vitest';
import type { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { unavailableApis } from './unavailable-apis.ts';

it('an API that is not available is told of, one of which nothing is known is not', () => {
  const named = (name: string, status?: 'True' | 'False' | 'Unknown') =>
    ({
      metadata: { name },
      status: status === undefined ? {} : { conditions: [{ type: 'Available', status }] },
    }) as unknown as APIService;
  const services = [named('v1.', 'True'), named('v1.away.example.com', 'False'), named('v1.new.example.com')];
  expect(unavailableApis(services).samples).toEqual([
    { labels: { name: 'v1.' }, value: 0 },
    { labels: { name: 'v1.away.example.com' }, value: 1 },
    { labels: { name: 'v1.new.example.com' }, value: 0 },
  ]);
});
