import { step } from './step.ts';

const groups = 'consumer.group.ConsumerGroupCommand {server}';
const reset = `${groups} --reset-offsets --group readers`;

/** The group that read the topic is looked at, moved and deleted. */
export const groupSteps = [
  step('kafka-consumer-groups --list', `${groups} --list`, [/^readers$/m]),
  step('kafka-consumer-groups --list --state', `${groups} --list --state`, [/^readers\s+Empty\s*$/m]),
  step('kafka-consumer-groups --list --type', `${groups} --list --type`, [/^readers\s+Classic\s*$/m]),
  step('kafka-groups --list', 'GroupsCommand {server} --list', [/^readers\s+Classic\s+consumer\s*$/m]),
  step('kafka-consumer-groups --describe', `${groups} --describe --group readers`, [
    /no active members/,
    /^readers\s+shop\s+0\s+20\s+520\s+500/m,
  ]),
  step(
    'kafka-consumer-groups --describe --state',
    `${groups} --describe --group readers --state`,
    [/^readers\s+\S+\s+\(\d\)\s+.*Empty\s+0/m],
    { differs: 'the width of a column is that of the address' },
  ),
  step('kafka-consumer-groups --describe --members', `${groups} --describe --group readers --members`, [
    /no active members/,
  ]),
  step(
    'kafka-consumer-groups --describe, of nobody',
    `${groups} --describe --group nobody`,
    [/GroupIdNotFoundException: Group nobody not found/],
    { differs: 'a stack trace' },
  ),
  step('kafka-consumer-groups --reset-offsets, dry', `${reset} --topic shop --to-earliest --dry-run`, [
    /^readers\s+shop\s+0\s+1\s*$/m,
  ]),
  step('kafka-consumer-groups --reset-offsets --to-offset', `${reset} --topic shop:0 --to-offset 2 --execute`, [
    /^readers\s+shop\s+0\s+2\s*$/m,
  ]),
  step('kafka-consumer-groups --reset-offsets --shift-by', `${reset} --topic shop:0 --shift-by 1 --execute`, [
    /^readers\s+shop\s+0\s+3\s*$/m,
  ]),
  step(
    'kafka-consumer-groups --reset-offsets --to-datetime',
    `${reset} --topic shop:0 --to-datetime 2020-01-01T00:00:00.000 --execute`,
    [/^readers\s+shop\s+0\s+1\s*$/m],
  ),
  step('kafka-consumer-groups --delete-offsets', `${groups} --delete-offsets --group readers --topic shop:0`, [
    /^shop\s+0\s+Successful\s*$/m,
  ]),
  step('kafka-consumer-groups --delete', `${groups} --delete --group readers`, [/\('readers'\) was successful/]),
];
