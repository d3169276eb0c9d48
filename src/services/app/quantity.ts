/** Amounts as Kubernetes writes them (apimachinery resource.Quantity): `500m`, `0.5`, `1Gi`, `1024Mi`, `1e3`. */

const EXPONENTS: Readonly<Record<string, readonly [bigint, number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  '': [10n, 0],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

/** One text for equal amounts: the number of units, as a decimal without trailing zeros. What is no amount stays as it is. */
export function quantity(value: unknown): string {
  const written = String(value).trim();
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(written);
  if (match === null || (match[2] ?? '') + (match[3] ?? '') === '') return written;
  const [, sign = '', whole = '', part = '', power, suffix = ''] = match;
  const [base, exponent] = power === undefined ? (EXPONENTS[suffix] ?? [10n, 0]) : ([10n, Number(power)] as const);
  const digits = BigInt(whole + part);
  // in units of 10^-scale, so that everything is a whole number
  const scale = part.length + (base === 10n && exponent < 0 ? -exponent : 0);
  const amount = exponent < 0 ? digits : digits * base ** BigInt(exponent);
  return (sign === '-' && amount !== 0n ? '-' : '') + decimal(amount, scale);
}

function decimal(amount: bigint, scale: number): string {
  const digits = amount.toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const part = digits.slice(digits.length - scale).replace(/0+$/, '');
  return part === '' ? whole : `${whole}.${part}`;
}
