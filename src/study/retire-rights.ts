/** What `retire` looks through for whoever else sends to the old version, as rights. */
import type { Permission } from '../cluster/permissions.ts';
import { GATEWAY_GROUP, KEDA_GROUP, KONG_GROUP } from '../kube/names.ts';
import type { Work } from './work.ts';

const ROUTES = ['grpcroutes', 'httproutes', 'tcproutes', 'tlsroutes', 'udproutes'];

/**
 * Never asked for beforehand: what may not be listed is said, and where it could hide somebody the old version is kept.
 * Kinds of other vendors that the cluster serves are looked through as well, and are not among these.
 */
export function retirePermissions({ settings: { namespace, retire }, route, also = [] }: Work): Permission[] {
  if (retire === 'keep') return [];
  const purpose = 'see who else sends to the old version';
  const everywhere = (group: string, resource: string): Permission => ({ verbs: ['list'], group, resource, purpose });
  const own = (group: string, resource: string): Permission => ({ ...everywhere(group, resource), namespace });
  const scaled = own(KEDA_GROUP, 'scaledobjects');
  return [
    everywhere('', 'services'),
    ...ROUTES.map((resource) => everywhere(GATEWAY_GROUP, resource)),
    ...[route, ...also].map(({ group, resource }) => everywhere(group, resource)),
    everywhere(KONG_GROUP, 'kongservices'),
    ...['tcpingresses', 'udpingresses'].map((resource) => own(KONG_GROUP, resource)),
    own(GATEWAY_GROUP, 'referencegrants'),
    retire === 'delete' ? { ...scaled, verbs: ['list', 'delete'] } : scaled,
  ];
}
