/** Of package-lock.json (lockfileVersion 3), what tells which package needs which; keys are folders. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}
export interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The folders of all packages that the root needs to run, in alphabetical order; `without` are packages that it needs
 * to be built only. Each is where Node looks for it: below who needs it, or below a folder around that. Throws where one
 * that is not optional is not in the lock.
 */
export function productionPackages({ packages }: PackageLock, without: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = packages[folder] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (folder === '' && without.includes(name)) continue;
      const where = folderOf(packages, folder, name);
      if (where === undefined) {
        if (name in optionalDependencies) continue;
        throw new Error(`package-lock.json has no ${name}, which ${folder || 'this package'} needs: run npm install`);
      }
      if (found.has(where)) continue;
      found.add(where);
      visit(where);
    }
  };
  visit('');
  return [...found].toSorted();
}

function folderOf(packages: PackageLock['packages'], user: string, name: string): string | undefined {
  for (let folder = user; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('node_modules/') - 1, 0))) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === '') return undefined;
  }
}
