import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkRewriter } from './link-rewriter.ts';

async function rewritten(...parts: readonly string[]): Promise<string> {
  const links = new LinkRewriter(url => (url.startsWith('/') ? `/base${url}` : url));
  return (await buffer(Readable.from(parts.map(part => Buffer.from(part))).pipe(links))).toString();
}

describe('LinkRewriter', () => {
  it.each([
    ['<a href="/x">/x</a>', '<a href="/base/x">/x</a>'],
    ["<A title='>' HREF = '/x?a=1&amp;b=2'>", "<A title='>' HREF = '/base/x?a=1&amp;b=2'>"],
    ['<img alt="a"src=/x usemap=/y>', '<img alt="a"src=/base/x usemap=/base/y>'],
    [
      '<script src="/x">"<a href=\'/x\'>"</script><link href="/x"/>',
      '<script src="/base/x">"<a href=\'/x\'>"</script><link href="/base/x"/>',
    ],
    ['<!-- <a href="/x"> > --><a href="/x">', '<!-- <a href="/x"> > --><a href="/base/x">'],
    ['a < b <a href="/x"', 'a < b <a href="/x"'],
    [
      '<p href="/x"><a data-href="/x" name="/x" href><a href="x">',
      '<p href="/x"><a data-href="/x" name="/x" href><a href="x">',
    ],
    ['<!doctype html><p>\u00e4<a href="/\u00e4">', '<!doctype html><p>\u00e4<a href="/base/\u00e4">'],
  ])('of %s makes %s', async (page, expected) => {
    expect(await rewritten(page)).toBe(expected);
    for (let cut = 1; cut < page.length; cut++) {
      expect(await rewritten(page.slice(0, cut), page.slice(cut)), `cut at ${cut}`).toBe(expected);
    }
  });

  it('passes on what no tag ends, and does not look into one of more than 64 kB', async () => {
    const wide = `<a href="/x" title="${'x'.repeat(70_000)}`;
    expect(await rewritten(wide, '">', '<a href="/x">')).toBe(`${wide}"><a href="/base/x">`);
  });

  it('loses and adds nothing but what it rewrites, whatever it is given', async () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('<', '<!--', '-->', '<script>', '</script', '<a href="', "'", '>'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async parts => {
        const whole = parts.join('').normalize();
        const kept = new LinkRewriter(url => url);
        const cuts = [whole.slice(0, 3), whole.slice(3)].map(text => Buffer.from(text));
        expect((await buffer(Readable.from(cuts).pipe(kept))).equals(Buffer.concat(cuts))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
