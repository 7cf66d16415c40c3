import type { MemberProtocol } from './answers.ts';

type Voter = { readonly protocols: readonly MemberProtocol[] };

/** Protocol names every voter offers, in the first voter's order of preference. */
export function commonProtocols(voters: readonly Voter[]): string[] {
  const [first, ...rest] = voters;
  if (!first) return [];
  return first.protocols
    .map(({ name }) => name)
    .filter((name) => rest.every(({ protocols }) => protocols.some((offer) => offer.name === name)));
}

/** The protocol most voters like best among the common ones; a draw goes to the first voter's preference. */
export function electProtocol(voters: readonly Voter[]): string | undefined {
  const candidates = commonProtocols(voters);
  const votes = new Map(candidates.map((name) => [name, 0]));
  for (const { protocols } of voters) {
    const choice = protocols.find(({ name }) => votes.has(name));
    if (choice) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
  }
  let winner = candidates[0];
  for (const name of candidates) {
    if (winner !== undefined && (votes.get(name) ?? 0) > (votes.get(winner) ?? 0)) winner = name;
  }
  return winner;
}
