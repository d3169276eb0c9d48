/** What stands on the routes of services now, as the cluster says it: for commands that look at releases or end them. */
import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../cluster/connection/transport.ts';
import { LintError, reasonOf } from '../errors.ts';
import { decode } from '../journal/journal.ts';
import { JOURNAL_ANNOTATION } from '../kube/names.ts';
import type { KubeObject } from '../kube/objects.ts';
import { annotation } from '../kube/objects.ts';
import { before } from '../routes/index.ts';
import type { RouteProvider } from '../routes/types.ts';
import { locate } from '../services/locate.ts';
import type { Standing } from '../services/standing.ts';
import { standingOf } from '../services/standing.ts';

export interface Standings {
  readonly found: readonly Standing[];
  /** One sentence for each service that has no route, or several. */
  readonly problems: readonly string[];
}

/**
 * The services asked for, or, where none are named, all that have a journal in the namespace.
 * @param mesh its routes are looked at, and those that split before it
 */
export async function readStandings(
  cluster: Cluster,
  mesh: RouteProvider,
  namespace: string,
  services: readonly string[],
): Promise<Standings> {
  const lists = await Promise.all(
    [mesh, ...before(mesh)].map(
      async ({
        facts: {
          resource: { apiVersion, kind },
        },
      }) => {
        try {
          return (await cluster.list(apiVersion, kind, namespace)).items;
        } catch (error) {
          // A mesh's run need not see routes before it where none of them splits.
          if (kind !== mesh.facts.resource.kind && error instanceof ApiError && error.status === 403) return [];
          throw error;
        }
      },
    ),
  );
  const items = lists.flat();
  const named = services.length > 0 ? services : [...new Set(journalled(items))];
  // A namespace may hold services on a mesh and services on a gateway alone.
  const look = { services: named, providers: [mesh, ...before(mesh)], objects: [items] } as const;
  const problems: string[] = [];
  const found: Standing[] = [];
  for (const service of named) {
    try {
      found.push(standingOf(locate(service, look)));
    } catch (error) {
      problems.push(reasonOf(error));
    }
  }
  return { found, problems };
}

/** @throws LintError with the problems, if there are any. */
export function requireFound({ found, problems }: Standings): readonly Standing[] {
  if (problems.length === 0) return found;
  throw new LintError(problems.join('\n'), 'correct the input services, or the routes');
}

/** The services whose journals are in a namespace; of one that cannot be read, the name of its route. */
function journalled(routes: readonly KubeObject[]): string[] {
  return routes.flatMap((route) => {
    const text = annotation(route, JOURNAL_ANNOTATION);
    if (text === undefined) return [];
    const read = decode(text);
    return ['journal' in read ? read.journal.service : route.metadata.name];
  });
}
