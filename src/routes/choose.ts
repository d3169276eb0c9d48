/** Which provider a run uses, and which routes of a service move together. Pure. */
import type { KubeObject } from '../kube/objects.ts';
import { nameOf } from '../kube/objects.ts';
import { before, chooseProvider, isFound, providers } from './index.ts';
import type { RouteProvider, RouteRef } from './types.ts';
import { RouteError } from './types.ts';

/** A service as the search sees it. */
export interface SoughtService {
  readonly service: string;
  readonly isBackend: (name: string) => boolean;
}

export interface Choice {
  readonly provider: RouteProvider;
  /** One sentence: why this one. */
  readonly why: string;
}

/** One route of one service: what is shifted, journalled and locked as one. A service may have two. */
export interface Unit {
  readonly service: string;
  readonly provider: RouteProvider;
  readonly route: RouteRef;
}

/**
 * The provider for a release: the one named, else the one whose objects send to the services.
 * @param objects routes of the namespace, live ones and those of the manifests
 * @throws RouteError for an unknown name, for two candidates (it names both), and where only one is found that has to be named.
 */
export function detectProvider(
  mesh: string,
  services: readonly SoughtService[],
  objects: readonly KubeObject[],
  served: (apiVersion: string, kind: string) => boolean,
): Choice {
  if (mesh !== 'auto') {
    const provider = chooseProvider(mesh, served);
    return { provider, why: `the input mesh names ${provider.facts.name}` };
  }
  const found = providers
    .map((provider) => ({ provider, routes: services.flatMap((service) => routesOf(provider, objects, service)) }))
    .filter(({ routes }) => routes.length > 0);
  const splitting = found
    .map(({ provider, routes }) => ({ provider, routes: routes.filter(splits) }))
    .filter(({ routes }) => routes.length > 0);
  const candidates = splitting.length > 0 ? splitting : found;
  const [first, second] = candidates.filter(({ provider }) => isFound(provider));
  if (first === undefined) {
    const [named] = candidates;
    if (named !== undefined) throw onlyNamed(named);
    const provider = chooseProvider(mesh, served);
    return {
      provider,
      why: `no route sends to ${services.map(({ service }) => service).join(' or ')} yet, and the cluster serves ${provider.facts.resource.kind}`,
    };
  }
  if (second !== undefined) throw twoCandidates(first, second);
  return { provider: first.provider, why: describe(first.routes) };
}

/**
 * Every route of a service that splits its requests, the one for callers from outside first. All of them shift together:
 * one that stands before a mesh's (see before) and splits by itself goes along with the mesh's route. A route that only leads to the service's own name, which another one splits, is the way to the split and not one.
 * @throws RouteError when there is none, or when two split the same callers.
 */
export function unitsOf(provider: RouteProvider, objects: readonly KubeObject[], sought: SoughtService): Unit[] {
  const { service, isBackend } = sought;
  const own = provider.weights.findAll(objects, service, isBackend);
  // `find` says what was seen instead.
  if (own.length === 0) return [unit(service, provider, provider.weights.find(objects, service, isBackend))];
  const outer = before(provider).flatMap((each) =>
    each.weights
      .findAll(objects, service, isBackend)
      .filter((route) => route.entrance !== 'inside' && splits(route))
      .map((route) => unit(service, each, route)),
  );
  const all = [...outer, ...own.map((route) => unit(service, provider, route))];
  return all.some(({ route }) => splits(route)) ? all.filter(({ route }) => splits(route)) : all;
}

function unit(service: string, provider: RouteProvider, route: RouteRef): Unit {
  return { service, provider, route };
}

/** Whether a route names versions; one that only names the service itself may lead to where it is split. */
function splits({ service, rules }: RouteRef): boolean {
  return rules.some(({ backends }) => backends.some(({ name }) => name !== service));
}

/** Routes that clash are found as well: which provider it is does not depend on their being right. */
function routesOf(
  provider: RouteProvider,
  objects: readonly KubeObject[],
  { service, isBackend }: SoughtService,
): readonly RouteRef[] {
  return objects.flatMap((object) => provider.weights.findAll([object], service, isBackend));
}

function describe(routes: readonly RouteRef[]): string {
  const [route] = routes;
  if (route === undefined) return '';
  const names = [...new Set(route.rules.flatMap(({ backends }) => backends.map(({ name }) => name)))];
  return `${nameOf(route.object)} sends to ${names.join(' and ')}`;
}

type Candidate = { readonly provider: RouteProvider; readonly routes: readonly RouteRef[] };

function twoCandidates(first: Candidate, second: Candidate): RouteError {
  const [a, b] = [first.provider.facts.name, second.provider.facts.name];
  const together = before(second.provider).includes(first.provider)
    ? ` With mesh: ${b}, the ${first.provider.facts.resource.kind} is shifted in lockstep with it; with mesh: ${a}, callers inside stay where ${second.provider.facts.resource.kind}s send them.`
    : '';
  return new RouteError(
    `Two kinds of routes split the services: ${describe(first.routes)} (mesh: ${a}), and ${describe(second.routes)} (mesh: ${b}). ` +
      `Name one with the input mesh.${together}`,
  );
}

function onlyNamed({ provider, routes }: Candidate): RouteError {
  const why = provider.facts.auto === 'by its routes' ? '' : provider.facts.auto.never;
  return new RouteError(`${describe(routes)}, and nothing else does. ${why}`);
}
