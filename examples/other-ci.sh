#!/usr/bin/env bash
# The same release from any other CI: Node 20.19 or newer, git, kubectl and a kubeconfig. Exit code 0 when it was
# promoted; outputs come as `name=value` lines at the end of the log.
set -euo pipefail

: "${VERSION:?version to release, such as v2}"
: "${KUBECONFIG:?path of the kubeconfig}"
: "${PROBE_KEY:?key of the probes, from the secrets of your CI}"

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
git clone --quiet --depth 1 --branch v1 https://github.com/mesh-canary/mesh-canary "$tool"

# Secrets go by environment: arguments can be read by other processes. Any option can: --namespace is MESH_CANARY_NAMESPACE.
export MESH_CANARY_PROBE_HEADERS="apikey: $PROBE_KEY"

# A time limit of the CI job must be above --timeout, and a cancelled job should send SIGTERM or SIGINT and wait ten seconds.
node "$tool/dist/index.js" deploy \
  --namespace=prod \
  --services=jazz,metal \
  --version="$VERSION" \
  --manifests=k8s/routes \
  --image="jazz=ghcr.io/acme/jazz:$VERSION" \
  --image="metal=ghcr.io/acme/metal:$VERSION" \
  --install-kong=false \
  --plugins=key-auth,rate-limiting \
  --identify=header:x-app-version \
  --canary-weight=5,25,50,100 \
  --min-step=2m \
  --bake=5m \
  --timeout=40m
