/** Every folder below manifests/ as `kubectl apply -f` would send it, to a real API server that knows all the kinds. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CrdSet } from '../../lab/control-plane/crds.ts';
import type { Lab } from '../../lab/index.ts';
import { startLab } from '../../lab/index.ts';
import { MESH_NAMES, meshKind } from '../../lab/mesh/index.ts';
import { repositoryRoot } from '../../lab/paths.ts';

const root = path.join(repositoryRoot, 'manifests');
/** Values of Helm, no objects. */
const NO_OBJECTS = ['kong/values.yaml'];

const files = fs
  .readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.ya?ml$/.test(file) && !NO_OBJECTS.includes(file))
  .sort();
const folders = [...new Set(files.map((file) => path.dirname(file)))];

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ controlPlaneOnly: true });
  await Promise.all(
    [...new Set<CrdSet>(['kong', ...MESH_NAMES.map((mesh) => meshKind(mesh).crds)])].map((which) =>
      lab.installCrds(which),
    ),
  );
  // A server dry run creates nothing, not even the namespace the next object is in.
  for (const name of ['prod', 'kong', 'traefik']) await lab.kubectl(['create', 'namespace', name]);
}, 180_000);
afterAll(() => lab?.stop(), 60_000);

const dryRun = (file: string, input?: string) =>
  lab.kubectl(['apply', '--dry-run=server', '--validate=strict', '-o', 'name', '-f', file], input);

describe('the API server takes', () => {
  it.each(folders)('manifests/%s', async (folder) => {
    for (const file of files.filter((each) => path.dirname(each) === folder)) {
      const objects = fs.readFileSync(path.join(root, file), 'utf8').match(/^kind:/gm) ?? [];
      const taken = (await dryRun(path.join(root, file))).trim().split('\n');
      expect({ file, objects: taken.length }).toEqual({ file, objects: objects.length });
    }
  });

  it('no field that it does not know', async () => {
    const file = path.join(root, 'mesh/kuma/base/jazz.yaml');
    const wrong = fs.readFileSync(file, 'utf8').replace(/^spec:$/m, 'spec:\n  sepc: {}');
    await expect(dryRun('-', wrong)).rejects.toThrow(/unknown field "spec\.sepc"/);
  });
});
