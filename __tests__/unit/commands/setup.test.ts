import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expectEnd } from '../../support/ends.ts';
import { service } from '../../support/fixtures.ts';
import { aRelease, names } from '../../support/release.ts';
import type { World } from '../../support/stage.ts';

const withoutGateway = ({ api }: World) => {
  api.remove('Gateway', 'kong', 'kong');
  api.remove('GatewayClass', 'kong');
};

describe('setup', () => {
  it('makes the Gateway where there is none, and touches no route', async () => {
    const ended = await aRelease({ command: 'setup', with: withoutGateway });
    expectEnd(ended, 'setup', 'Kong, Gateway or manifests were changed', {
      reason: /^the platform is set up: Kong answers at http:\/\/10\.0\.0\.1\.$/,
      weight: undefined,
      traffic: /^no route was touched\.$/,
    });
    expect(names(ended.world, 'Gateway')).toEqual(['kong']);
    expect(ended.writes.join()).not.toContain('httproutes');
  });

  it('has nothing to do where everything is as asked', async () => {
    const ended = await aRelease({ command: 'setup' });
    expectEnd(ended, 'setup', 'everything was as asked', {
      reason: /^the platform was as asked already: Kong answers at/,
      weight: undefined,
      traffic: /^no route was touched\.$/,
    });
    expect(ended.writes).toEqual([]);
  });

  it('takes back what it applied where no gateway answers afterwards; Kong and its Gateway stay', async () => {
    const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'mc-setup-'));
    fs.writeFileSync(path.join(workspace, 'more.yaml'), JSON.stringify(service('more', { app: 'more' })));
    const ended = await aRelease({
      command: 'setup',
      settings: { readyTimeout: 5_000, workspace, manifests: ['more.yaml'] },
      with: (world) => {
        withoutGateway(world);
        world.kong.down = true;
      },
    });
    fs.rmSync(workspace, { recursive: true });
    expectEnd(ended, 'setup', 'anything else', {
      reason: /^the gateway does not answer/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
    expect(ended.lines).toContain('created Service prod/more');
    expect(names(ended.world, 'Service')).toEqual(['jazz-v1']);
    expect(names(ended.world, 'Gateway')).toEqual(['kong']);
  });

  it('asks for its rights before it writes', async () => {
    const ended = await aRelease({
      command: 'setup',
      with: (world) => {
        withoutGateway(world);
        world.api.allows = ({ resource }) => resource !== 'gateways';
      },
    });
    expectEnd(ended, 'setup', 'anything else', {
      reason: /gateways/,
      weight: undefined,
      traffic: /^no route was touched/,
    });
    expect(ended.writes).toEqual([]);
  });
});
