/** https://tc39.es/proposal-json-parse-with-source/, not yet in TypeScript's library. */
interface WithRawJson {
  readonly rawJSON: (text: string) => object;
}
const { rawJSON } = JSON as unknown as WithRawJson;

/**
 * An integer that a double cannot hold, kept digit by digit. Calculations see the nearest double; what is
 * stored and sent are its digits. No `typeof` says number: code that must be exact has to ask.
 */
export class WideInteger {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
    Object.freeze(this);
  }

  valueOf(): number {
    return Number(this.digits);
  }

  toString(): string {
    return this.digits;
  }

  toJSON(): object {
    return rawJSON(this.digits);
  }
}

export const isWideInteger = (value: unknown): value is WideInteger => value instanceof WideInteger;
