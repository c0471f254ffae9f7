import type { LinkNames } from '../link-name.ts';
import { nextAddress, type IpNumber } from '../../../src/base/ip-number.ts';
import { NftBatch, NLM_F_APPEND, NLM_F_CREATE, type NftMessage } from './nft-batch.ts';
import { bytesOf, CT_ESTABLISHED, CT_RELATED, NftRule, VERDICTS } from './nft-rule.ts';
import { PROXIES, type Family } from './policy-table.ts';
import { SIDES, type TableChange } from './table-changes.ts';

export interface TableNames {
  readonly table: string;
  /** What names of all links of this node start with, of the one to services, and of those to other nodes. */
  readonly links: string;
  readonly services: string;
  readonly tunnels: string;
  /** Answered by the node itself, in the same place as services, yet judged as a pod's. */
  readonly dns: Readonly<Record<Family, IpNumber>>;
}

const NO_DNS = { 4: 0, 6: 0n };

export const tableNames = (names: LinkNames, dns: TableNames['dns'] = NO_DNS): TableNames => ({
  table: names.policyTable,
  links: names.prefix,
  services: names.services,
  tunnels: names.tunnel(''),
  dns,
});

const NEW_TABLE = 0;
const DELETE_TABLE = 2;
const NEW_CHAIN = 3;
const DELETE_CHAIN = 5;
const NEW_RULE = 6;
const NEW_SET = 9;
const DELETE_SET = 11;
const NEW_ELEMENTS = 12;
const DELETE_ELEMENTS = 14;
const SET_INTERVAL = 4;
const SET_MAP = 8;
const ELEMENT_ENDS_INTERVAL = 1;
const KEYS = { 4: { type: 7, bytes: 4 }, 6: { type: 8, bytes: 16 } } as const;
const VERDICT_DATA = 0xff_ff_ff_00;
const HOOK_FORWARD = 2;
const PRIORITY_FILTER = 0;
const BASE = 'forward';
/** The length of an attribute is 16 bits. */
const ELEMENTS_AT_ONCE = 500;

const PEER = { ingress: 'source', egress: 'destination' } as const;

/** The transaction that carries out `changes` on the table of a family. */
export function writeTable(family: Family, changes: readonly TableChange[], names: TableNames): Uint8Array {
  const writer = new TableWriter(family, names);
  for (const change of changes) writer.write(change);
  return writer.finish();
}

class TableWriter {
  readonly #family: Family;
  readonly #batch: NftBatch;
  readonly #names: TableNames;
  #sets = 0;

  constructor(family: Family, names: TableNames) {
    this.#family = family;
    this.#batch = new NftBatch(family);
    this.#names = names;
  }

  finish(): Uint8Array {
    return this.#batch.finish();
  }

  write(change: TableChange): void {
    const { table } = this.#names;
    switch (change.kind) {
      case 'remove-table':
        // Removing one that may not be there: make it first, in the same transaction.
        this.#batch.message(NEW_TABLE, NLM_F_CREATE, message => message.text(1, table));
        return this.#batch.message(DELETE_TABLE, 0, message => message.text(1, table));
      case 'make-table':
        return this.#makeTable();
      case 'make-set':
        return this.#makeSet(change.name, change.set === 'block' ? SET_INTERVAL : 0);
      case 'add-addresses':
        return this.#elements(NEW_ELEMENTS, change.set, change.addresses, keyed);
      case 'drop-addresses':
        return this.#elements(DELETE_ELEMENTS, change.set, change.addresses, keyed);
      case 'add-ranges':
        return this.#elements(NEW_ELEMENTS, change.set, change.ranges.flatMap(ends), (message, { at, isEnd }) => {
          keyed(message, at);
          if (isEnd) message.u32(3, ELEMENT_ENDS_INTERVAL);
        });
      case 'make-chain':
        return this.#makeChain(change);
      case 'send':
        return this.#elements(NEW_ELEMENTS, change.side, change.chains, (message, [address, chain]) => {
          keyed(message, address);
          message.nest(2, () => message.nest(2, () => message.u32(1, VERDICTS.jump).text(2, chain)));
        });
      case 'unsend':
        return this.#elements(DELETE_ELEMENTS, change.side, change.addresses, keyed);
      case 'remove-chain':
        return this.#batch.message(DELETE_CHAIN, 0, message => message.text(1, table).text(3, change.name));
      case 'remove-set':
        return this.#batch.message(DELETE_SET, 0, message => message.text(1, table).text(2, change.name));
    }
  }

  /**
   * What every forwarded packet passes: answers to what was let through go on; what services send was judged where it
   * was accepted, which no pod can pretend; what is sent to them will be; the rest is up to the pods at both ends.
   */
  #makeTable(): void {
    const { table, links, services, tunnels, dns } = this.#names;
    this.#batch.message(NEW_TABLE, NLM_F_CREATE, message => message.text(1, table));
    this.#batch.message(NEW_CHAIN, NLM_F_CREATE, message =>
      message
        .text(1, table)
        .text(3, BASE)
        .nest(4, () => message.u32(1, HOOK_FORWARD).u32(2, PRIORITY_FILTER))
        .text(7, 'filter'),
    );
    for (const side of SIDES) this.#makeSet(side, SET_MAP);
    this.#makeSet(PROXIES, 0);
    this.#rule(BASE, rule => rule.state(CT_ESTABLISHED).answers().verdict('accept'));
    this.#rule(BASE, rule => rule.state(CT_RELATED).verdict('accept'));
    this.#rule(BASE, rule =>
      rule
        .device('in', links)
        .device('in', services, true)
        .device('in', tunnels, true)
        .inSet('source', PROXIES)
        .verdict('drop'),
    );
    this.#rule(BASE, rule => rule.inSet('source', PROXIES).verdict('accept'));
    for (const protocol of ['TCP', 'UDP'] as const)
      this.#rule(BASE, rule =>
        rule
          .device('out', services)
          .protocol(protocol)
          .address('destination', dns[this.#family], true)
          .verdict('accept'),
      );
    this.#rule(BASE, rule => rule.through('source', 'egress'));
    this.#rule(BASE, rule => rule.through('destination', 'ingress'));
  }

  #makeSet(name: string, flags: number): void {
    this.#sets += 1;
    const id = this.#sets;
    const { type, bytes } = KEYS[this.#family];
    this.#batch.message(NEW_SET, NLM_F_CREATE, message => {
      message.text(1, this.#names.table).text(2, name).u32(3, flags).u32(4, type).u32(5, bytes).u32(10, id);
      if (flags === SET_MAP) message.u32(6, VERDICT_DATA);
    });
  }

  #makeChain({ name, side, allowances }: TableChange & { readonly kind: 'make-chain' }): void {
    this.#batch.message(NEW_CHAIN, NLM_F_CREATE, message => message.text(1, this.#names.table).text(3, name));
    for (const { peers, port } of allowances)
      this.#rule(name, rule => {
        if (peers !== null) rule.inSet(PEER[side], peers);
        if (port !== null) rule.ports(port);
        rule.verdict('return');
      });
    this.#rule(name, rule => rule.verdict('drop'));
  }

  #rule(chain: string, expressions: (rule: NftRule) => void): void {
    this.#batch.message(NEW_RULE, NLM_F_CREATE | NLM_F_APPEND, message =>
      message
        .text(1, this.#names.table)
        .text(2, chain)
        .nest(4, () => expressions(new NftRule(message, this.#family))),
    );
  }

  #elements<T>(type: number, set: string, all: readonly T[], write: (message: NftMessage, each: T) => void): void {
    for (let at = 0; at < all.length; at += ELEMENTS_AT_ONCE)
      this.#batch.message(type, type === NEW_ELEMENTS ? NLM_F_CREATE : 0, message =>
        message
          .text(1, this.#names.table)
          .text(2, set)
          .nest(3, () => {
            for (const each of all.slice(at, at + ELEMENTS_AT_ONCE)) message.nest(1, () => write(message, each));
          }),
      );
  }
}

const keyed = (message: NftMessage, address: IpNumber): void =>
  void message.nest(1, () => message.bytes(1, bytesOf(address)));

const LAST_IPV6 = (1n << 128n) - 1n;

/** Where a range begins and where what is beside it does; nothing is beside the last address. */
const ends = ({ first, last }: { readonly first: IpNumber; readonly last: IpNumber }) => [
  { at: first, isEnd: false },
  ...(last === 0xff_ff_ff_ff || last === LAST_IPV6 ? [] : [{ at: nextAddress(last), isEnd: true }]),
];
