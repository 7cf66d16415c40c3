import { MockBrokerError } from '../errors.ts';

const advice: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to write there, or name another directory.',
  EPERM: 'give this user the right to write there, or name another directory.',
  EROFS: 'the file system takes no writes: name another directory.',
  ENOSPC: 'the disk is full: make room, or name a directory on another disk.',
  EDQUOT: 'the quota of this user is used up: make room, or name another directory.',
  ENOTDIR: 'a part of the path is a file: name another directory.',
  EEXIST: 'it is a file: name a directory.',
};

/** What the file system refuses, in the words of a person who has to do something about it. */
export function unwritable(folder: string, error: unknown): MockBrokerError {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  const what = advice[code] ?? 'see to it, or name another directory.';
  const failure = new MockBrokerError(
    'PERSIST_UNWRITABLE',
    `Directory ${folder} cannot be written (${message}): ${what}`,
    {
      folder,
      reason: code,
    },
  );
  failure.cause = error;
  return failure;
}

/** A file of the directory that holds what this broker cannot have written. */
export function damaged(file: string, at: number): MockBrokerError {
  const message = `File ${file} is damaged at byte ${at}: put a copy of the whole directory in its place, or delete the directory.`;
  return new MockBrokerError('PERSIST_DAMAGED', message, { file, at });
}
