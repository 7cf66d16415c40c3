const kinds = /^(?:Timeout|TCP|TLS|Pipe|GetAddrInfo)/;

function alive(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (kinds.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** What keeps the process alive that was not there when it was called: sockets and timers by their kind. Ends of sockets take a moment. */
export function resourceCount(): () => Record<string, number> {
  const before = alive();
  return () => {
    const more = [...alive()].map(([kind, now]) => [kind, now - (before.get(kind) ?? 0)] as const);
    return Object.fromEntries(more.filter(([, added]) => added > 0));
  };
}
