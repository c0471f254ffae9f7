import type { CertificateRequest } from '../../src/base/certificate-request.ts';
import type { Node } from '../kinds/core/v1/node.ts';

const IP_TYPES: readonly string[] = ['InternalIP', 'ExternalIP'];

/**
 * Why a node may not have a certificate for these names; `undefined` where each is its own name or an address that
 * it alone reports.
 */
export function servingNameProblem(
  nodeName: string,
  { dnsNames, addresses }: Pick<CertificateRequest, 'dnsNames' | 'addresses'>,
  nodes: readonly Node[],
): string | undefined {
  const node = nodes.find(({ metadata }) => metadata.name === nodeName);
  if (node === undefined) return `there is no node ${JSON.stringify(nodeName)}`;
  const own = addressesOf(node);
  const others = nodes.filter(other => other !== node);
  const names = [
    ...dnsNames.filter(name => name !== nodeName && !own.some(({ type, address }) => !isIp(type) && address === name)),
    ...addresses.filter(ip => !own.some(({ type, address }) => isIp(type) && address === ip)),
  ];
  if (names.length > 0) return `${names.join(', ')}: not of node ${JSON.stringify(nodeName)}`;
  const claimed = [...dnsNames, ...addresses].find(name =>
    others.some(other => other.metadata.name === name || addressesOf(other).some(({ address }) => address === name)),
  );
  return claimed === undefined ? undefined : `${claimed}: claimed by another node as well`;
}

const isIp = (type: string): boolean => IP_TYPES.includes(type);
const addressesOf = ({ status }: Node) => status.addresses ?? [];
