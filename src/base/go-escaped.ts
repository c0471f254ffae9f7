/** JSON as Go's encoder writes it: without the characters that could end a script or a line of one. */
export const goEscaped = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
