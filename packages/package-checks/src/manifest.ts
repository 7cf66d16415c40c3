/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What users of the package install with it or bring themselves. */
export function runtimeDependencies(manifest: Manifest): ReadonlySet<string> {
  return new Set(
    [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies].flatMap((group) =>
      Object.keys(group ?? {}),
    ),
  );
}

/** The doors of a package, from `.` to `./testing`, with the source file behind each. */
export function sourceDoors(manifest: Manifest): ReadonlyMap<string, string> {
  const doors = new Map<string, string>();
  for (const [door, target] of Object.entries(manifest.exports ?? {})) {
    const source = typeof target === 'string' ? target : target['@eventstream/source'];
    if (source?.endsWith('.ts')) doors.set(door, source.replace(/^\.\//, ''));
  }
  return doors;
}
