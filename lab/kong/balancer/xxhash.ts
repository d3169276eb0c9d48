/** xxHash32 with seed 0 over the bytes of a string (the hash of Kong's consistent-hashing balancer, luaxxhash). */

const PRIME = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;

export function xxHash32(text: string): number {
  const bytes = Buffer.from(text);
  let offset = 0;
  let hash: number;
  if (bytes.length >= 16) {
    const lanes = [(PRIME[0] + PRIME[1]) | 0, PRIME[1] | 0, 0, -PRIME[0] | 0] as [number, number, number, number];
    for (; offset + 16 <= bytes.length; offset += 16) {
      lanes[0] = round(lanes[0], bytes.readInt32LE(offset));
      lanes[1] = round(lanes[1], bytes.readInt32LE(offset + 4));
      lanes[2] = round(lanes[2], bytes.readInt32LE(offset + 8));
      lanes[3] = round(lanes[3], bytes.readInt32LE(offset + 12));
    }
    hash = (rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18)) | 0;
  } else {
    hash = PRIME[4] | 0;
  }
  hash = (hash + bytes.length) | 0;
  for (; offset + 4 <= bytes.length; offset += 4) {
    hash = Math.imul(rotate((hash + Math.imul(bytes.readInt32LE(offset), PRIME[2])) | 0, 17), PRIME[3]);
  }
  for (; offset < bytes.length; offset++) {
    hash = Math.imul(rotate((hash + Math.imul(bytes.readUInt8(offset), PRIME[4])) | 0, 11), PRIME[0]);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME[1]);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME[2]);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME[1])) | 0, 13), PRIME[0]);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
