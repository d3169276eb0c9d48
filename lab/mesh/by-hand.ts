/** What the meshes' lanes by hand have in common: the header, and how HTTPRoute and MeshHTTPRoute match and mark it. */
export const LANE = 'x-mesh-canary-lane';

export const EVERY_PATH = { path: { type: 'PathPrefix', value: '/' } };
export const LANE_MATCH = { ...EVERY_PATH, headers: [{ type: 'Exact', name: LANE, value: 'lane' }] };
export const LANE_MARK_FILTER = {
  type: 'ResponseHeaderModifier',
  responseHeaderModifier: { set: [{ name: LANE, value: 'lane' }] },
};
