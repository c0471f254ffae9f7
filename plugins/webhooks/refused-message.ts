const MAX_TEXT = 2048;

/** What a client of Go's makes of an answer that is an error; apimachinery's NewGenericServerResponse. */
export function refusedMessage(code: number, text: string): string {
  const known = MESSAGES.get(code);
  if (known !== undefined) return known;
  const said = text.trim().slice(0, MAX_TEXT);
  if (code === 406 && said === '') return NO_SUCH_TYPE;
  if (SAID.has(code)) return said;
  if (code >= 500) return `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`;
  return `the server responded with the status code ${code} but did not return more information`;
}

const NO_SUCH_TYPE = 'the server was unable to respond with a content type that the client supports';

/** The server's own words. */
const SAID: ReadonlySet<number> = new Set([403, 406, 415]);

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [400, 'the server rejected our request for an unknown reason'],
  [401, 'the server has asked for the client to provide credentials'],
  [404, 'the server could not find the requested resource'],
  [405, 'the server does not allow this method on the requested resource'],
  [409, 'the server reported a conflict'],
  [422, 'the server rejected our request due to an error in our request'],
  [429, 'the server has received too many requests and has asked us to try again later'],
  [503, 'the server is currently unable to handle the request'],
  [504, 'the server was unable to return a response in the time allotted, but may still be processing the request'],
]);
