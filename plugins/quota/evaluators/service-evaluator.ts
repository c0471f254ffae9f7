import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Service } from '../../kinds/core/v1/service.ts';
import { ONE, ZERO, type Amounts } from '../amounts.ts';
import { countName } from './count-evaluator.ts';
import type { Evaluator } from './evaluator.ts';

const COUNT = countName('services');
const NAMES: ReadonlySet<string> = new Set([COUNT, 'services', 'services.nodeports', 'services.loadbalancers']);

export const serviceEvaluator: Evaluator = {
  resource: 'services',
  concerns: ({ subresource }) => subresource === '',
  counts: name => NAMES.has(name),
  usage: object => usageOf((object as Service).spec),
  hasChanged: (now, before) => publishedAs(now) !== publishedAs(before),
};

function usageOf(spec: Service['spec']): Amounts {
  const { type, ports = [], allocateLoadBalancerNodePorts } = spec;
  const asked = ports.filter(({ nodePort }) => (nodePort ?? 0) !== 0).length;
  // Ports may not be given out yet: what counts is how many there will be.
  const ofBalancer = allocateLoadBalancerNodePorts === false ? asked : ports.length;
  const nodePorts = type === 'NodePort' ? ports.length : type === 'LoadBalancer' ? ofBalancer : 0;
  return new Map([
    [COUNT, ONE],
    ['services', ONE],
    ['services.loadbalancers', type === 'LoadBalancer' ? ONE : ZERO],
    ['services.nodeports', { nano: BigInt(nodePorts) * ONE.nano, format: 'DecimalSI' }],
  ]);
}

function publishedAs(object: AnyObject): string {
  const { type } = (object as Service).spec;
  return type === 'NodePort' || type === 'LoadBalancer' ? type : '';
}
