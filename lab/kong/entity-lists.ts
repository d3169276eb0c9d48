/** The lists of entities at the Admin API, with references as `{id}`. */
import type { Configuration } from './entities.ts';

/** Lists that exist but are always empty here. */
const EMPTY_LISTS = new Set(
  (
    'certificates ca_certificates snis vaults partials keys key-sets licenses cloned-plugins custom-plugins filter-chains ' +
    'hmac-auths jwts basic-auths oauth2 acls mtls-auths consumer_groups workspaces rbac/roles degraphql_routes'
  ).split(' '),
);

/** The entities behind a path like `/services` or `/upstreams/<id>/targets`; undefined when there is no such list. */
export function listEntities(configuration: Configuration, path: string): object[] | undefined {
  const name = path.slice(1);
  const upstream = /^upstreams\/([^/]+)\/targets(?:\/all)?$/.exec(name)?.[1];
  if (upstream !== undefined) return targetsOf(configuration, upstream);
  switch (name) {
    case 'services':
      return [...configuration.services];
    case 'routes':
      return configuration.routes.map(({ service, ...route }) => ({ ...route, service: reference(service?.id) }));
    case 'upstreams':
      return configuration.upstreams.map(({ targets: _targets, ...upstream }) => upstream);
    case 'consumers':
      return [...configuration.consumers];
    case 'key-auths':
      return configuration.credentials.map(({ consumer, ...credential }) => ({
        ...credential,
        consumer: { id: consumer.id },
      }));
    case 'plugins':
      return configuration.plugins.map(({ route, service, consumer, ...plugin }) => ({
        ...plugin,
        route: reference(route),
        service: reference(service),
        consumer: reference(consumer),
      }));
    default:
      return EMPTY_LISTS.has(name) ? [] : undefined;
  }
}

function targetsOf(configuration: Configuration, idOrName: string): object[] | undefined {
  const upstream = configuration.upstreams.find(({ id, name }) => id === idOrName || name === idOrName);
  return upstream?.targets.map(({ target, weight }) => ({ target, weight, upstream: { id: upstream.id } }));
}

function reference(id: string | undefined): { id: string } | null {
  return id === undefined ? null : { id };
}
