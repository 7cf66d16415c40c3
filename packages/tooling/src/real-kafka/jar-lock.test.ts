import { describe, expect, test } from 'vitest';
import { coordinatesOf, readJarLock } from './jar-lock.ts';

describe('a jar lock', () => {
  test.each(['kafka-4.3.1-broker', 'kafka-3.9.2-broker', 'kafka-4.3.1-tools'])(
    '%s is complete and has no jar twice',
    (name) => {
      const jars = readJarLock(name);
      expect(jars.length).toBeGreaterThan(40);
      expect(new Set(jars.map((jar) => jar.fileName)).size).toBe(jars.length);
      for (const jar of jars) {
        expect(jar.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(jar.bytes).toBeGreaterThan(0);
      }
    },
  );

  test('reads coordinates off the path, with a classifier where there is one', () => {
    const jar = { sha256: '', bytes: 1 };
    const plain = {
      ...jar,
      repositoryPath: 'org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar',
      fileName: 'slf4j-api-1.7.36.jar',
    };
    expect(coordinatesOf(plain)).toEqual({
      groupId: 'org.slf4j',
      artifactId: 'slf4j-api',
      version: '1.7.36',
      classifier: undefined,
    });
    const native = {
      ...jar,
      repositoryPath: 'io/netty/epoll/4.1.9/epoll-4.1.9-linux-x86_64.jar',
      fileName: 'epoll-4.1.9-linux-x86_64.jar',
    };
    expect(coordinatesOf(native).classifier).toBe('linux-x86_64');
  });
});
