/** The release of Kong Gateway that this stand-in behaves like. */
export const KONG_VERSION = '3.9.3';

/** As it appears in `Server` and `Via`. */
export const SERVER_TOKEN = `kong/${KONG_VERSION}`;
