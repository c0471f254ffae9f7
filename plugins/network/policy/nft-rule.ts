import type { NftMessage } from './nft-batch.ts';
import { wordsOf, type IpNumber } from '../../../src/base/ip-number.ts';
import { u16, u32 } from './nft-batch.ts';
import type { PortRange } from './policy-plan.ts';

/** Register 1 is all that is needed; 0 is the verdict. */
const REGISTER = 1;
const VERDICT_REGISTER = 0;

/** RFC 791, RFC 8200. */
const PLACES = {
  4: { source: 12, destination: 16, bytes: 4 },
  6: { source: 8, destination: 24, bytes: 16 },
} as const;
const PROTOCOLS = { TCP: 6, UDP: 17, SCTP: 132 } as const;
export const VERDICTS = { accept: 1, drop: 0, jump: -3, return: -5 } as const;
const COMPARE = { equal: 0, different: 1, atMost: 3, atLeast: 5 } as const;

/** Which connection a packet is of, as conntrack tells: bits of `ct state`, and the direction of answers. */
const CT_STATE = 0;
const CT_DIRECTION = 1;
export const CT_ESTABLISHED = 2;
export const CT_RELATED = 4;

export type Address = 'source' | 'destination';
export type Verdict = keyof typeof VERDICTS;

/** The expressions of one rule, in order: a packet that one of them does not match goes on to the next rule. */
export class NftRule {
  readonly #message: NftMessage;
  readonly #family: 4 | 6;

  constructor(message: NftMessage, family: 4 | 6) {
    this.#message = message;
    this.#family = family;
  }

  inSet(address: Address, set: string): this {
    this.#address(address);
    return this.#expression('lookup', () => this.#message.text(1, set).u32(2, REGISTER));
  }

  /** On to the chain that the map names for the address, and back if that returns. */
  through(address: Address, map: string): this {
    this.#address(address);
    return this.#expression('lookup', () => this.#message.text(1, map).u32(2, REGISTER).u32(3, VERDICT_REGISTER));
  }

  address(address: Address, is: IpNumber, not = false): this {
    this.#address(address);
    return this.#compare(not ? 'different' : 'equal', bytesOf(is));
  }

  device(side: 'in' | 'out', prefix: string, not = false): this {
    this.#expression('meta', () => this.#message.u32(2, side === 'in' ? 6 : 7).u32(1, REGISTER));
    return this.#compare(not ? 'different' : 'equal', new TextEncoder().encode(prefix));
  }

  protocol(protocol: PortRange['protocol']): this {
    this.#expression('meta', () => this.#message.u32(2, 16).u32(1, REGISTER));
    return this.#compare('equal', Uint8Array.of(PROTOCOLS[protocol]));
  }

  ports({ protocol, first, last }: PortRange): this {
    this.protocol(protocol);
    if (first === 0 && last === 0xff_ff) return this;
    const destinationPort = { base: 2, offset: 2, bytes: 2 };
    this.#payload(destinationPort);
    if (first === last) return this.#compare('equal', u16(first));
    return this.#compare('atLeast', u16(first)).#compare('atMost', u16(last));
  }

  state(bit: typeof CT_ESTABLISHED | typeof CT_RELATED): this {
    this.#connection(CT_STATE);
    // The state is in the machine's byte order, as all that is no packet's is.
    const mask = Uint8Array.of(bit, 0, 0, 0);
    this.#expression('bitwise', () => {
      this.#message.u32(1, REGISTER).u32(2, REGISTER).u32(3, mask.length);
      this.#message.nest(4, () => this.#message.bytes(1, mask));
      this.#message.nest(5, () => this.#message.bytes(1, new Uint8Array(mask.length)));
    });
    return this.#compare('equal', mask);
  }

  answers(): this {
    this.#connection(CT_DIRECTION);
    return this.#compare('equal', Uint8Array.of(1));
  }

  verdict(verdict: Verdict): void {
    this.#expression('immediate', () =>
      this.#message
        .u32(1, VERDICT_REGISTER)
        .nest(2, () => this.#message.nest(2, () => this.#message.u32(1, VERDICTS[verdict]))),
    );
  }

  #address(address: Address): void {
    const { [address]: offset, bytes } = PLACES[this.#family];
    this.#payload({ base: 1, offset, bytes });
  }

  #payload({ base, offset, bytes }: { readonly base: number; readonly offset: number; readonly bytes: number }): void {
    this.#expression('payload', () => this.#message.u32(1, REGISTER).u32(2, base).u32(3, offset).u32(4, bytes));
  }

  #connection(key: number): void {
    this.#expression('ct', () => this.#message.u32(2, key).u32(1, REGISTER));
  }

  #compare(how: keyof typeof COMPARE, with_: Uint8Array): this {
    return this.#expression('cmp', () =>
      this.#message
        .u32(1, REGISTER)
        .u32(2, COMPARE[how])
        .nest(3, () => this.#message.bytes(1, with_)),
    );
  }

  #expression(name: string, data: () => unknown): this {
    this.#message.nest(1, () => this.#message.text(1, name).nest(2, data));
    return this;
  }
}

/** As packets have it. */
export const bytesOf = (address: IpNumber): Uint8Array =>
  typeof address === 'number' ? u32(address) : Uint8Array.from(wordsOf(address).flatMap(word => [...u32(word)]));
