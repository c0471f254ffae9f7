import { expect, it } from 'vitest';
import { serviceVariables } from './service-variables.ts';

it('names a service and each of its ports as upstream does', () => {
  const variables = serviceVariables([
    {
      name: 'redis-main',
      clusterIp: '10.43.0.7',
      ports: [
        { name: 'client', port: 6379, protocol: 'TCP' },
        { name: 'gossip-x', port: 7000, protocol: 'UDP' },
      ],
    },
    { name: 'portless', clusterIp: '10.43.0.8', ports: [] },
  ]);
  expect(Object.fromEntries(variables)).toEqual({
    REDIS_MAIN_SERVICE_HOST: '10.43.0.7',
    REDIS_MAIN_SERVICE_PORT: '6379',
    REDIS_MAIN_SERVICE_PORT_CLIENT: '6379',
    REDIS_MAIN_SERVICE_PORT_GOSSIP_X: '7000',
    REDIS_MAIN_PORT: 'tcp://10.43.0.7:6379',
    REDIS_MAIN_PORT_6379_TCP: 'tcp://10.43.0.7:6379',
    REDIS_MAIN_PORT_6379_TCP_PROTO: 'tcp',
    REDIS_MAIN_PORT_6379_TCP_PORT: '6379',
    REDIS_MAIN_PORT_6379_TCP_ADDR: '10.43.0.7',
    REDIS_MAIN_PORT_7000_UDP: 'udp://10.43.0.7:7000',
    REDIS_MAIN_PORT_7000_UDP_PROTO: 'udp',
    REDIS_MAIN_PORT_7000_UDP_PORT: '7000',
    REDIS_MAIN_PORT_7000_UDP_ADDR: '10.43.0.7',
  });
});
