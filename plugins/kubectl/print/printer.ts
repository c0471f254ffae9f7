import { goSyntax } from '../../../src/base/go-text.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { withField } from '../dig.ts';
import type { Call } from '../command/verb.ts';
import type { Flags } from '../command/flags.ts';
import { Failure } from '../failures.ts';
import { groupOf, nameOf, type KubeObject } from '../kube-object.ts';
import { JsonPath } from './jsonpath.ts';
import { goJson, printJson } from './json.ts';
import { printYaml } from './yaml.ts';

/** Prints objects in the format that `-o` asks for. */
export type Printer = (object: KubeObject) => string;

const JSONPATH = ['jsonpath', 'jsonpath-as-json', 'jsonpath-file'];
const TEMPLATES = ['go-template', 'go-template-file', 'template', 'templatefile'];

/** `undefined` without `-o`, or for a format that is not one of these. */
export async function printerOf(call: Pick<Call, 'flags' | 'world'>, operation = ''): Promise<Printer | undefined> {
  const { flags } = call;
  const output = flags.text('output');
  const [format = '', ...rest] = output.split('=');
  const argument = output.includes('=') ? rest.join('=') : undefined;
  if (output === '' && flags.has('template') && flags.text('template') !== '') {
    return templatePrinter('go-template', flags.text('template'), call);
  }
  if (format === 'json' || format === 'yaml') return structured(format, flags);
  if (format === 'name') return object => namePrinted(object, operation);
  if (JSONPATH.includes(format) || TEMPLATES.includes(format)) {
    const template = argument ?? (flags.has('template') ? flags.text('template') : '');
    if (template === '') throw new Failure(`template format specified but no template given`);
    return JSONPATH.includes(format)
      ? jsonPathPrinter(format, template, call)
      : templatePrinter(format, template, call);
  }
  return undefined;
}

export function refuseFormat(output: string, more: readonly string[] = []): Failure {
  const formats = [...TEMPLATES.slice(0, 2), 'json', ...JSONPATH, 'name', ...TEMPLATES.slice(2), 'yaml', ...more];
  return new Failure(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats.toSorted().join(',')}`,
  );
}

/** Prints by `-o`, or what `plain` says without it. */
export async function printOr(
  call: Pick<Call, 'flags' | 'world'>,
  object: KubeObject,
  plain: () => string,
): Promise<string> {
  const printer = await printerOf(call);
  if (printer !== undefined) return printer(object);
  if (call.flags.text('output') !== '') throw refuseFormat(call.flags.text('output'));
  return plain();
}

function structured(format: 'json' | 'yaml', flags: Flags): Printer {
  const keeps = flags.has('show-managed-fields') && flags.bool('show-managed-fields');
  let isFirst = true;
  return object => {
    const shown = keeps ? object : withoutManagedFields(object);
    if (format === 'json') return printJson(shown);
    const separator = isFirst ? '' : '---\n';
    isFirst = false;
    return separator + printYaml(shown);
  };
}

export function withoutManagedFields(object: KubeObject): KubeObject {
  const items: unknown = object['items'];
  const metadata: unknown = object['metadata'];
  return {
    ...object,
    ...(Array.isArray(items) ? { items: items.map(item => withoutManagedFields(item as KubeObject)) } : {}),
    ...(isRecord(metadata) ? { metadata: withField(metadata, ['managedFields'], undefined) } : {}),
  };
}

/** `deployment.apps/web`, and what was done to it. */
export function namePrinted(object: KubeObject, operation = ''): string {
  const items: unknown = object['items'];
  if (Array.isArray(items)) return items.map(item => namePrinted(item as KubeObject, operation)).join('');
  const group = groupOf(object.apiVersion);
  const kind = object.kind.toLowerCase();
  const name = `${group === '' ? kind : `${kind}.${group}`}/${nameOf(object)}`;
  return operation === '' ? `${name}\n` : `${name} ${operation}\n`;
}

async function jsonPathPrinter(
  format: string,
  template: string,
  { world, flags }: Pick<Call, 'flags' | 'world'>,
): Promise<Printer> {
  const text = format === 'jsonpath-file' ? await templateFile(template, world) : template;
  const allowMissing = !flags.has('allow-missing-template-keys') || flags.bool('allow-missing-template-keys');
  const path = new JsonPath(text, { allowMissing });
  return object => {
    try {
      if (format === 'jsonpath-as-json') return `${goJson(path.find(object).flat(), '    ')}\n`;
      return path.print(object);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const about = `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n`;
      const given = `\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n`;
      throw new Failure(
        `error executing jsonpath ${JSON.stringify(text)}: Error executing template: ${error.message}. ${about}${given}`,
      );
    }
  };
}

async function templatePrinter(format: string, template: string, { world }: Pick<Call, 'world'>): Promise<Printer> {
  const text = format.endsWith('file') ? await templateFile(template, world) : template;
  const { GoTemplate } = await import('./go-template.ts');
  const compiled = new GoTemplate(text);
  return object => compiled.execute(object);
}

async function templateFile(path: string, { files }: Call['world']): Promise<string> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    throw new Failure(`error reading template file ${path}: ${messageOf(error)}`);
  }
}
