/** The longest that one document of an issuer may take, redirects included. */
export const FETCH_MS = 10_000;
/** From one fetch to the next, whatever tokens come: they are anybody's. */
export const FETCH_PAUSE_MS = 1_000;
export const DOCUMENT_BYTES = 1024 * 1024;
/** As Go's client. */
export const REDIRECTS = 10;
/** How much later than this machine's an issuer's clock may be, as go-oidc has it of `nbf`. */
export const EARLY_SECONDS = 60;
