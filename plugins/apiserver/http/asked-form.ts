import type { IncomingHttpHeaders } from 'node:http';
import { negotiate, type AnswerForm, type InProtobuf } from './negotiate.ts';
import { isTrue } from './read-path.ts';

/** How a client wishes its answer; read once, before anything is done for it and again when it is written. */
export class AskedForm {
  readonly #headers: IncomingHttpHeaders;
  readonly #query: URLSearchParams;
  readonly #isWatch: boolean;
  #known: { readonly of: InProtobuf; readonly form: AnswerForm } | undefined;

  constructor(headers: IncomingHttpHeaders, query: URLSearchParams, isWatch: boolean) {
    this.#headers = headers;
    this.#query = query;
    this.#isWatch = isWatch;
  }

  /** Of an answer of which there is so much in protobuf. Throws `StatusError` NotAcceptable. */
  of(inProtobuf: InProtobuf): AnswerForm {
    if (this.#known?.of !== inProtobuf) this.#known = { of: inProtobuf, form: this.#negotiated(inProtobuf) };
    return this.#known.form;
  }

  #negotiated(inProtobuf: InProtobuf): AnswerForm {
    return negotiate(this.#headers.accept, isPretty(this.#headers, this.#query), inProtobuf, this.#isWatch);
  }
}

/** Whether people are to read it. */
export function isPretty(headers: IncomingHttpHeaders, query: URLSearchParams): boolean {
  const asked = query.get('pretty');
  return asked === null ? PRETTY_AGENTS.test(headers['user-agent'] ?? '') : isTrue(asked);
}

const PRETTY_AGENTS = /^(curl|Wget|Mozilla\/5\.0)/;
