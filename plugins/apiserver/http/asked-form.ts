import type { IncomingHttpHeaders } from 'node:http';
import { negotiate, type AnswerForm, type InProtobuf } from './negotiate.ts';
import { isTrue } from './read-path.ts';

/** How a client wishes its answer; read once, before anything is done for it and again when it is written. */
export class AskedForm {
  readonly #headers: IncomingHttpHeaders;
  readonly #query: URLSearchParams;
  #known: { readonly of: InProtobuf; readonly form: AnswerForm } | undefined;

  constructor(headers: IncomingHttpHeaders, query: URLSearchParams) {
    this.#headers = headers;
    this.#query = query;
  }

  /** Of an answer of which there is so much in protobuf. Throws `StatusError` NotAcceptable. */
  of(inProtobuf: InProtobuf): AnswerForm {
    if (this.#known?.of !== inProtobuf) this.#known = { of: inProtobuf, form: this.#negotiated(inProtobuf) };
    return this.#known.form;
  }

  #negotiated(inProtobuf: InProtobuf): AnswerForm {
    const asked = this.#query.get('pretty');
    const pretty = asked === null ? PRETTY_AGENTS.test(this.#headers['user-agent'] ?? '') : isTrue(asked);
    return negotiate(this.#headers.accept, pretty, inProtobuf);
  }
}

const PRETTY_AGENTS = /^(curl|Wget|Mozilla\/5\.0)/;
