import { describe, expect, it } from '@jest/globals';
import { isRemote, moving } from '../../../../src/manifests/render/pinned.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('what a kustomization takes from elsewhere', () => {
  it.each([
    `https://github.com/acme/base?ref=${COMMIT}`,
    'https://github.com/acme/base//deploy?ref=v1.2.3',
    'https://github.com/acme/base//deploy?timeout=90s&ref=1.2.3-rc.1',
    `github.com/acme/base?ref=${COMMIT}`,
    `git@github.com:acme/base.git?ref=${COMMIT}`,
    `ssh://git@github.com/acme/base.git?ref=orders/v1.2.3`,
    'git::https://git.example.com/base.git?ref=v1.2.3',
    'https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.3.0/standard-install.yaml',
    `https://raw.githubusercontent.com/acme/base/${COMMIT}/k8s/app.yml`,
  ])('may be %s', (reference) => {
    expect(isRemote(reference)).toBe(true);
    expect(moving(reference)).toBeUndefined();
  });

  it.each([
    ['https://github.com/acme/base', 'has no ref'],
    ['github.com/acme/base//deploy', 'has no ref'],
    ['git@github.com:acme/base.git', 'has no ref'],
    ['https://github.com/acme/base?ref=main', 'follows main'],
    ['https://github.com/acme/base?ref=v1', 'follows v1'],
    ['https://github.com/acme/base?ref=0123456', 'follows 0123456'],
    ['https://github.com/acme/base?ref=', 'follows'],
    ['https://github.com/acme/base?version=latest', 'follows latest'],
    ['https://raw.githubusercontent.com/acme/base/main/app.yaml', 'neither a full commit nor an exact version'],
    ['http://example.com/v1.2.3/app.yaml', 'only https:// and ssh'],
    [`http://github.com/acme/base?ref=${COMMIT}`, 'only https:// and ssh'],
    [`git://github.com/acme/base?ref=${COMMIT}`, 'only https:// and ssh'],
    [`file:///repo?ref=${COMMIT}`, 'only https:// and ssh'],
    [`https://me:pass@example.com/base?ref=${COMMIT}`, 'holds a password'],
  ])('may not be %s', (reference, message) => {
    expect(isRemote(reference)).toBe(true);
    expect(moving(reference)).toContain(message);
    expect(moving(reference)).not.toContain('me:pass');
  });

  it.each(['base', '../base', './github.com.yaml', 'deployment.yaml', '/etc/passwd', 'a@b.yaml'])(
    'is not the path %s',
    (path) => {
      expect(isRemote(path)).toBe(false);
    },
  );
});
