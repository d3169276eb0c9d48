/** The image of a release by image alone: set on every container of its repository, init containers included. */
import { BackendError } from '../../errors.ts';
import { field, type KubeObject, list, mapAt, nameOf, text } from '../../kube/objects.ts';
import { imageRepository } from '../clone.ts';

/**
 * The workload with the image in every container and init container that runs its repository. Where none does, the
 * repository is new: that of the only container, or of the one that is named like the service, is taken for the old one.
 * @throws BackendError naming each container and its image where none can be chosen
 */
export function withImage(workload: KubeObject, image: string, service: string): KubeObject {
  const podSpec = mapAt(field(workload, 'spec', 'template', 'spec'));
  const containers = list(podSpec, 'containers');
  const all = [...list(podSpec, 'initContainers'), ...containers];
  const repository = repositoryToReplace(all, containers, image, service);
  if (repository === undefined) {
    const found = all.map((container) => `${text(container, 'name')} (${text(container, 'image')})`).join(', ');
    throw new BackendError(
      `${nameOf(workload)} has no container that runs ${imageRepository(image)}, and none is clearly the one for image ${image}; left out are: ${found || 'none'}`,
      `name the container "${service}", or bring the new version's Deployment with the input manifests`,
    );
  }
  const replaced = (container: unknown) =>
    imageRepository(text(container, 'image')) === repository ? { ...mapAt(container), image } : container;
  const spec = {
    ...podSpec,
    containers: containers.map(replaced),
    ...(podSpec['initContainers'] === undefined
      ? {}
      : { initContainers: list(podSpec, 'initContainers').map(replaced) }),
  };
  const template = { ...mapAt(field(workload, 'spec', 'template')), spec };
  return { ...workload, spec: { ...mapAt(workload['spec']), template } };
}

function repositoryToReplace(
  all: readonly unknown[],
  containers: readonly unknown[],
  image: string,
  service: string,
): string | undefined {
  const wanted = imageRepository(image);
  if (all.some((container) => imageRepository(text(container, 'image')) === wanted)) return wanted;
  const named = containers.find((container) => text(container, 'name') === service);
  const only = containers.length === 1 ? containers[0] : undefined;
  const chosen = named ?? only;
  return chosen === undefined ? undefined : imageRepository(text(chosen, 'image'));
}
