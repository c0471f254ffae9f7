/** Why a driver cannot be used by what it says of itself, in upstream's words; `undefined` if it can. */
export function versionProblem(name: string, versions: readonly string[]): string | undefined {
  const refused = 'failed to get highest supported version of CSI spec';
  const majors = versions.map(version => /^v?(\d+)(?:\.\d+){0,2}/.exec(version)?.[1]);
  if (majors.includes('1')) return undefined;
  const reason =
    versions.length === 0
      ? 'CSI driver reporting empty array for supported versions'
      : 'none of the CSI versions reported by this driver are supported';
  return `RegisterPlugin error -- ${refused}: ${name}: ${reason}`;
}
