/** The yardstick: what an action cannot do without (@actions/core), and one request to the socket it is given. */
import http from 'node:http';
import { getInput } from '@actions/core';

http.get({ socketPath: getInput('socket'), path: '/version' }).on('error', () => undefined);
