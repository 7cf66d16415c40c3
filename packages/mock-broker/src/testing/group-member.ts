import { messages, type RequestInput } from '@eventstream/kafka-protocol';
import type { ClusterUnderTest } from './cluster-under-test.ts';

type Overrides = Partial<RequestInput<typeof messages.joinGroup>> & {
  readonly version?: number;
  readonly node?: number;
};

/** The subscription of a consumer to `topics`, in version 0 of the consumer protocol. */
export function subscription(...topics: string[]): Uint8Array {
  const names = topics.map((name) => Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name)]));
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, topics.length]), ...names, Buffer.from([255, 255, 255, 255])]);
}

/** Speaks the raw group protocol for one member of group `g`, remembering what it was told. */
export function groupMember(under: ClusterUnderTest, defaults: Overrides = {}) {
  const { version = 5, node = 1, ...fields } = defaults;
  const sender = { version, node };
  const member = {
    memberId: '',
    generationId: -1,
    /** Joins; the first time also with the id it was given, as v4 and later want it. */
    async join(overrides: Overrides = {}) {
      const request = {
        groupId: 'g',
        sessionTimeoutMs: 10_000,
        ...(version >= 1 ? { rebalanceTimeoutMs: 60_000 } : {}),
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: subscription('t') }],
        ...fields,
        ...overrides,
      };
      let answer = await under.call(messages.joinGroup, sender, { memberId: member.memberId, ...request });
      if (answer.errorCode === 79) {
        member.memberId = answer.memberId;
        answer = await under.call(messages.joinGroup, sender, { memberId: answer.memberId, ...request });
      }
      if (answer.errorCode === 0)
        Object.assign(member, { memberId: answer.memberId, generationId: answer.generationId });
      return answer;
    },
    sync(assignments: Record<string, string> = {}, overrides: object = {}) {
      return under.call(
        messages.syncGroup,
        { version: version >= 5 ? 3 : 0, node },
        {
          groupId: 'g',
          generationId: member.generationId,
          memberId: member.memberId,
          ...(fields.groupInstanceId ? { groupInstanceId: fields.groupInstanceId } : {}),
          assignments: Object.entries(assignments).map(([memberId, text]) => ({
            memberId,
            assignment: Buffer.from(text),
          })),
          ...overrides,
        },
      );
    },
    heartbeat(overrides: object = {}) {
      const { memberId, generationId } = member;
      return under.call(
        messages.heartbeat,
        { version: 3, node },
        { groupId: 'g', memberId, generationId, ...overrides },
      );
    },
    leave: () => under.call(messages.leaveGroup, { version: 1, node }, { groupId: 'g', memberId: member.memberId }),
    /** Joins and takes all for itself: a stable group of one. */
    async enter() {
      await member.join();
      await member.sync({ [member.memberId]: 'all' });
      return member;
    },
  };
  return member;
}
