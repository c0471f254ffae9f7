import { RE2JS } from 're2js';
import { isRecord } from '../../../src/base/is-record.ts';
import { textAt, withField } from '../dig.ts';
import { changeField } from './field-spec.ts';
import { IMAGE_FIELDS } from './field-specs.ts';
import { withObject, type Item } from './item.ts';

/** Gives images the names, tags and digests that `images` says. */
export const setImages = (items: readonly Item[], images: readonly unknown[]): readonly Item[] =>
  items.map(item =>
    item.object.kind === 'CustomResourceDefinition'
      ? item
      : images.reduce<Item>((changed, image) => withImage(changed, image), item),
  );

function withImage(item: Item, image: unknown): Item {
  const tail = '(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?';
  const pattern = RE2JS.compile(`^${textAt(image, 'name')}${tail}$`);
  const change = (value: unknown): unknown =>
    typeof value === 'string' && pattern.matches(value) ? changedImage(value, image) : value;
  const everywhere = inContainers(item.object, change);
  const object = withObject(item, isRecord(everywhere) ? everywhere : item.object);
  return IMAGE_FIELDS.reduce((changed, spec) => withObject(changed, changeField(changed.object, spec, change)), object);
}

/** Of containers wherever they stand in an object. */
function inContainers(value: unknown, change: (image: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(each => inContainers(each, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const inner = inContainers(each, change);
      const isOfContainers = (name === 'containers' || name === 'initContainers') && Array.isArray(inner);
      return [name, isOfContainers ? inner.map(container => ofContainer(container, change)) : inner];
    }),
  );
}

const ofContainer = (container: unknown, change: (image: unknown) => unknown): unknown =>
  isRecord(container) && Object.hasOwn(container, 'image')
    ? withField(container, ['image'], change(container['image']))
    : container;

function changedImage(image: string, asked: unknown): string {
  const parts = partsOf(image);
  const [newTag, newDigest, suffix] = [textAt(asked, 'newTag'), textAt(asked, 'digest'), textAt(asked, 'tagSuffix')];
  const name = textAt(asked, 'newName') || parts.name;
  let { tag, digest } = parts;
  if (newTag !== '' || newDigest !== '') [tag, digest] = [newTag, newDigest];
  else if (suffix !== '') [tag, digest] = [tag + suffix, ''];
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

/** A colon before the first slash is a port's. */
function partsOf(image: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const slash = Math.max(0, image.indexOf('/'));
  const [path = '', digest = ''] = image.slice(slash).split(/@(.*)/s);
  const [last = '', tag = ''] = path.split(/:(.*)/s);
  return { name: image.slice(0, slash) + last, tag, digest };
}
