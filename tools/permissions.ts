/** The Roles of docs/permissions.md, from the code that asks for them. Settings are those of the examples: prod and kong. */
import type { Permission } from '../src/cluster/permissions.ts';
import { rolesFor } from '../src/cluster/permissions.ts';
import { OWN_NAMES } from '../src/kube/names.ts';
import { providers } from '../src/routes/index.ts';
import type { RouteProvider } from '../src/routes/types.ts';
import type { Settings } from '../src/settings/index.ts';
import { parseSettings, SettingsError } from '../src/settings/index.ts';
import { parseYaml } from '../src/settings/yaml-parser.ts';
import { retirePermissions } from '../src/study/retire-rights.ts';
import {
  checkPermissions,
  deployPermissions,
  planPermissions,
  rollbackPermissions,
  setupPermissions,
  statusPermissions,
} from '../src/study/rights.ts';
import type { Work } from '../src/study/work.ts';
import { routeOf } from '../src/study/work.ts';

/** A stretch of the page between `<!-- name:start -->` and `<!-- name:end -->`. */
export interface Block {
  readonly name: string;
  readonly lines: readonly string[];
}

function settings(values: Readonly<Record<string, string>>): Settings {
  const raw = { values: { services: 'jazz', version: 'v2', namespace: 'prod', ...values }, from: 'runner' } as const;
  const result = parseSettings(raw, { workspace: '.', home: '.', readYaml: parseYaml });
  if ('problems' in result) throw new SettingsError(result.problems);
  return result.settings;
}

const inProd = (group: string, resource: string) => ({ group, resource, namespace: 'prod' });

function work(provider: RouteProvider, more: Partial<Work> = {}): Work {
  return { settings: settings({}), route: routeOf(provider), brought: [], plugins: 'none', ...more };
}

export function permissionBlocks(): readonly Block[] {
  const [standard] = providers;
  if (standard === undefined) throw new Error('there is no provider to write Roles for');
  const plain = work(standard);
  const base = deployPermissions(plain);
  const route = inProd(plain.route.group, plain.route.resource);
  const image = [inProd('apps', 'deployments'), inProd('', 'services')];
  const added: readonly (readonly [string, Partial<Work>])[] = [
    ['`image`, or `manifests` with Deployments and Services', { brought: image }],
    ['`manifests` with the HTTPRoute', { brought: [route] }],
    ['`manifests` with another kind: the same verbs for it, here ConfigMaps', { brought: [inProd('', 'configmaps')] }],
    ['`plugins`', { plugins: 'proved with a caller', brought: [inProd('configuration.konghq.com', 'kongplugins')] }],
    ['`retire: delete`', { settings: settings({ retire: 'delete' }) }],
    ['`evidence: pods`', { settings: settings({ evidence: 'pods' }) }],
    [
      '`prometheus-url: service:monitoring/prometheus:9090`',
      {
        settings: settings({ evidence: 'prometheus', 'prometheus-url': 'service:monitoring/prometheus:9090' }),
      },
    ],
    ['`probe-consumer: temporary`', { settings: settings({ 'probe-consumer': 'temporary' }) }],
    ['`gateway-url: in-cluster`', { settings: settings({ 'gateway-url': 'in-cluster' }) }],
  ];
  const setup = { settings: settings({ command: 'deploy' }), brought: [] };
  const gateway = [
    { group: 'gateway.networking.k8s.io', resource: 'gatewayclasses' },
    { group: 'gateway.networking.k8s.io', resource: 'gateways', namespace: 'kong' },
  ];
  return [
    { name: 'deploy', lines: fenced(base) },
    {
      name: 'deploy-with',
      lines: added.flatMap(([when, more]) => {
        const further = beyond(base, deployPermissions({ ...plain, ...more }));
        return further.length === 0 ? [] : [`With ${when}:`, '', ...fenced(further), ''];
      }),
    },
    {
      name: 'retire',
      lines: fenced(retirePermissions({ ...plain, settings: settings({ retire: 'delete' }) })),
    },
    { name: 'plan', lines: fenced(planPermissions(plain)) },
    { name: 'check', lines: fenced(checkPermissions({ ...plain, plugins: 'bound' })) },
    { name: 'rollback', lines: fenced(rollbackPermissions(plain.settings, plain.route)) },
    { name: 'status', lines: fenced(statusPermissions(plain.settings, plain.route)) },
    { name: 'setup', lines: fenced(setupPermissions(setup, false)) },
    {
      name: 'setup-gateway',
      lines: fenced(beyond(setupPermissions(setup, false), setupPermissions({ ...setup, brought: gateway }, false))),
    },
    { name: 'setup-install', lines: fenced(beyond(setupPermissions(setup, false), setupPermissions(setup, true))) },
    {
      name: 'providers',
      lines: [
        '| `mesh` | kind that carries the weights | group | resource | a release needs beside |',
        '|---|---|---|---|---|',
        ...providers.map((provider) => {
          const { route: kind } = work(provider);
          return `| \`${provider.facts.name}\` | ${provider.facts.resource.kind} | \`${kind.group}\` | \`${kind.resource}\` | ${besides(base, provider)} |`;
        }),
      ],
    },
    {
      name: 'own-names',
      lines: [
        '| name | on | why |',
        '|---|---|---|',
        ...OWN_NAMES.map(({ name, is, on, why }) => `| ${is} \`${name}\` | ${on} | ${why} |`),
      ],
    },
  ];
}

/** What a mesh needs beside its routes, in words of one line. */
function besides(base: readonly Permission[], provider: RouteProvider): string {
  const plain = work(provider);
  const further = beyond(base, deployPermissions(plain)).filter(({ resource }) => resource !== plain.route.resource);
  const words = further.map(
    ({ verbs, resource, namespace }) => `${verbs.map((verb) => `\`${verb}\``).join(', ')} ${resource} in ${namespace}`,
  );
  return words.join('; ') || '–';
}

/** The page with every block replaced. @throws Error when a marker is missing. */
export function withBlocks(page: string, blocks: readonly Block[]): string {
  return blocks.reduce((text, { name, lines }) => {
    const start = `<!-- ${name}:start -->`;
    const end = `<!-- ${name}:end -->`;
    const from = text.indexOf(start);
    const to = text.indexOf(end);
    if (from < 0 || to < from)
      throw new Error(`docs/permissions.md lacks the markers ${start} and ${end}: put them back.`);
    return `${text.slice(0, from + start.length)}\n${lines.join('\n').trimEnd()}\n${text.slice(to)}`;
  }, page);
}

function fenced(permissions: readonly Permission[]): string[] {
  return ['```yaml', ...rolesFor(permissions).trimEnd().split('\n'), '```'];
}

/** What the second has and the first has not, verb by verb. */
function beyond(had: readonly Permission[], wanted: readonly Permission[]): Permission[] {
  const key = (verb: string, { group, resource, namespace = '' }: Permission) =>
    [verb, group, resource, namespace].join('|');
  const known = new Set(had.flatMap((permission) => permission.verbs.map((verb) => key(verb, permission))));
  return wanted.flatMap((permission) => {
    const verbs = permission.verbs.filter((verb) => !known.has(key(verb, permission)));
    return verbs.length === 0 ? [] : [{ ...permission, verbs }];
  });
}
