import { describe, expect, it } from 'vitest';
import { productionPackages, type PackageLock } from './production-packages.ts';

const lock = (packages: PackageLock['packages']): PackageLock => ({ packages });

describe('packages that are needed to run', () => {
  it('are what the root needs and what those need, each where Node finds it', () => {
    const packages = {
      '': { dependencies: { a: '1', tool: '1' } },
      'node_modules/a': { dependencies: { b: '1', c: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '2' } },
      'node_modules/a/node_modules/b/node_modules/c': {},
      'node_modules/b': {},
      'node_modules/c': { dependencies: { a: '1' } },
      'node_modules/tool': { dependencies: { b: '1' } },
      'node_modules/dev': {},
    };
    expect(productionPackages(lock(packages), ['tool'])).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/a/node_modules/b/node_modules/c',
      'node_modules/c',
    ]);
  });

  it('are complete, but for what is optional', () => {
    const optional = lock({ '': { optionalDependencies: { a: '1' } } });
    expect(productionPackages(optional, [])).toEqual([]);
    const broken = lock({ '': { dependencies: { a: '1' } }, 'node_modules/a': { dependencies: { b: '1' } } });
    expect(() => productionPackages(broken, [])).toThrow('has no b, which node_modules/a needs: run npm install');
  });
});
