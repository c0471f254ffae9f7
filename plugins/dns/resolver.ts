import { decode, encode, type Answer } from 'dns-packet';
import { parseIp } from '../../src/base/ip-problems.ts';
import { formatIp, isWithin, type IpRange } from '../../src/base/ip-range.ts';
import type { Clock, Random } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { ClusterZone, Found } from './cluster-zone.ts';
import { limits } from './limits.ts';
import { parseQuery, rcodes, recordTypes, type Query } from './query.ts';
import { encodeResponse, failure, malformedResponse, udpBytesFor, type DnsRecord, type Response } from './response.ts';
import { ForwardError, type Upstream } from './upstream.ts';

export interface ResolverOptions {
  readonly zone: ClusterZone;
  readonly domain: string;
  /** Addresses whose reverse names nobody else knows. */
  readonly ownCidrs: readonly IpRange[];
  readonly upstream: Pick<Upstream, 'forward'>;
  readonly cache: AnswerCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Before the cluster is known, "no such name" would be a lie that clients keep. */
  isSynced(): boolean;
}

export type Transport = 'udp' | 'tcp';

/** Messages in, messages out: names of the cluster from its caches at once, all others from the node's servers. */
export class Resolver {
  readonly #options: ResolverOptions;

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /** Nothing for what deserves no answer; a promise only for names outside the cluster. */
  answer(message: Buffer, transport: Transport): Buffer | undefined | Promise<Buffer> {
    const query = parseQuery(message);
    if (query === undefined) return undefined;
    if (query === 'malformed') return malformedResponse(message);
    const reply = (response: Response): Buffer =>
      encodeResponse(query, response, transport === 'udp' ? udpBytesFor(query) : 65_535);
    if (query.opcode !== 0) return reply(failure(rcodes.NOTIMP));
    if ((query.edns?.version ?? 0) !== 0) return reply(failure(rcodes.BADVERS));
    if (query.class !== 1) return reply(failure(rcodes.REFUSED));
    const found = this.#inCluster(query);
    if (found === undefined) return this.#forward(message, query, transport);
    if (!this.#options.isSynced()) return reply(failure(rcodes.SERVFAIL));
    if (found.kind === 'alias') return this.#follow(found, query).then(reply);
    return reply(this.#authoritative(found));
  }

  #inCluster({ name, type }: Query): Found | undefined {
    const { zone, domain } = this.#options;
    if (name === domain) return this.#apex(type);
    if (zone.covers(name)) return zone.find(name, typeNames.get(type) ?? 'other');
    const address = reversed(name);
    const ip = address === undefined ? undefined : parseIp(address);
    if (address === undefined || ip === undefined || ip.hasLeadingZeros) return undefined;
    if (!this.#options.ownCidrs.some(range => isWithin(range, ip))) return undefined;
    const found = zone.reverse(name, address);
    return found.kind === 'records' && type !== recordTypes.PTR && type !== recordTypes.ANY
      ? { ...found, answers: [] }
      : found;
  }

  #apex(type: number): Found {
    const { domain } = this.#options;
    const ns: DnsRecord = { name: domain, ttl: limits.ttlSeconds, type: 'NS', data: `ns.dns.${domain}` };
    const answers = type === recordTypes.SOA ? [this.#soa()] : type === recordTypes.NS ? [ns] : [];
    return { kind: 'records', answers, additionals: [] };
  }

  #authoritative(found: Exclude<Found, { readonly kind: 'alias' }>): Response {
    const answers = found.kind === 'records' ? this.#turned(found.answers) : [];
    return {
      rcode: found.kind === 'missing' ? rcodes.NXDOMAIN : rcodes.NOERROR,
      authoritative: true,
      answers,
      // Says for how long the absence may be remembered (RFC 2308).
      authorities: answers.length === 0 ? [this.#soa()] : [],
      additionals: found.kind === 'records' && answers.length > 0 ? found.additionals : [],
    };
  }

  /** Many clients take the first address: each of them starts elsewhere. */
  #turned(answers: readonly DnsRecord[]): readonly DnsRecord[] {
    if (answers.length < 2) return answers;
    const first = Math.floor(this.#options.random.fraction() * answers.length);
    return [...answers.slice(first), ...answers.slice(0, first)];
  }

  #soa(): DnsRecord {
    const { domain, clock } = this.#options;
    return {
      name: domain,
      ttl: limits.ttlSeconds,
      type: 'SOA',
      data: {
        mname: `ns.dns.${domain}`,
        rname: `hostmaster.${domain}`,
        serial: Math.floor(clock.now() / 1000),
        refresh: 7_200,
        retry: 1_800,
        expire: 86_400,
        minimum: limits.ttlSeconds,
      },
    };
  }

  /** An alias with what it leads to, as far as that can be found out: the client may go on from there itself. */
  async #follow(alias: Found & { readonly kind: 'alias' }, query: Query): Promise<Response> {
    const answers = [...alias.answers];
    const type = typeNames.get(query.type) ?? 'other';
    let target: string | undefined = alias.target;
    for (let depth = 0; target !== undefined && depth < limits.cnameChain; depth++) {
      if (!this.#options.zone.covers(target)) {
        answers.push(...(await this.#lookUp(target, query.type)));
        break;
      }
      const found: Found = this.#options.zone.find(target, type);
      if (found.kind !== 'missing') answers.push(...found.answers);
      target = found.kind === 'alias' ? found.target : undefined;
    }
    return { rcode: rcodes.NOERROR, authoritative: true, answers, authorities: [], additionals: [] };
  }

  async #lookUp(name: string, type: number): Promise<readonly DnsRecord[]> {
    const typeName = typeNames.get(type);
    if (typeName !== 'A' && typeName !== 'AAAA') return [];
    const asked = encode({ type: 'query', flags: 0x100, questions: [{ name, type: typeName }] });
    try {
      const { answers = [] } = decode(await this.#options.upstream.forward(asked, asked.length, 'udp'));
      return answers.flatMap(toRecord);
    } catch (error) {
      this.#options.log.debug('cannot look up the target of an external name', { name, error: String(error) });
      return [];
    }
  }

  async #forward(message: Buffer, query: Query, transport: Transport): Promise<Buffer> {
    const { cache, upstream, log } = this.#options;
    const limit = transport === 'udp' ? udpBytesFor(query) : 65_535;
    const cached = cache.get(query);
    if (cached !== undefined && cached.length <= limit) return cached;
    try {
      const answer = await upstream.forward(message, 12 + query.question.length, transport);
      cache.put(query, answer);
      return answer;
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error;
      log.debug('cannot ask other name servers', { name: query.name, code: error.code, error: error.message });
      return encodeResponse(query, failure(rcodes.SERVFAIL), limit);
    }
  }
}

const typeNames = new Map<number, 'A' | 'AAAA' | 'SRV' | 'TXT' | 'CNAME' | 'ANY'>([
  [recordTypes.A, 'A'],
  [recordTypes.AAAA, 'AAAA'],
  [recordTypes.SRV, 'SRV'],
  [recordTypes.TXT, 'TXT'],
  [recordTypes.CNAME, 'CNAME'],
  [recordTypes.ANY, 'ANY'],
]);

/** `7.0.43.10.in-addr.arpa` -> `10.43.0.7`, and the 32 digits of an address of IPv6 in ip6.arpa (RFC 3596). */
function reversed(name: string): string | undefined {
  const ipv4 = /^(\d+\.\d+\.\d+\.\d+)\.in-addr\.arpa$/.exec(name)?.[1];
  if (ipv4 !== undefined) return ipv4.split('.').toReversed().join('.');
  const digits = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1]?.replaceAll('.', '');
  return digits === undefined ? undefined : formatIp(6, BigInt(`0x${digits.split('').toReversed().join('')}`));
}

/** Addresses and further aliases; what else a server adds is of no use here. */
function toRecord({ name, type, ttl = 0, data }: Answer): readonly DnsRecord[] {
  if ((type !== 'A' && type !== 'AAAA' && type !== 'CNAME') || typeof data !== 'string') return [];
  return [{ name: name.toLowerCase(), ttl: Math.min(ttl, limits.cacheSeconds), type, data }];
}
