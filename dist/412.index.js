export const id = 412;
export const ids = [412];
export const modules = {

/***/ 9412:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   eksArguments: () => (/* binding */ eksArguments),
/* harmony export */   eksKubeconfig: () => (/* binding */ eksKubeconfig),
/* harmony export */   harden: () => (/* binding */ harden)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7406);
/* harmony import */ var _kube_objects_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4067);
/* harmony import */ var _toolchain_find_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3106);
/* harmony import */ var _toolchain_process_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(856);
/**
 * A kubeconfig for an EKS cluster, made by the AWS CLI (`aws eks update-kubeconfig --dry-run`): it knows the ways of
 * partitions, Outposts and profiles. Its tokens come from `aws eks get-token`, which kubectl runs whenever it needs one.
 */





/**
 * The kubeconfig as YAML. It holds no credential, only the command that gets one.
 * @throws ToolError without the AWS CLI; ClusterError with its words when it fails, and with what to do.
 */
async function eksKubeconfig(access, options) {
    const aws = (0,_toolchain_find_js__WEBPACK_IMPORTED_MODULE_2__/* .lookUp */ .T)('aws', options.env);
    if (aws === undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ToolError */ .v4('the input cluster needs the AWS CLI, and there is no aws on PATH', 'install it in a step before this one (the runners of GitHub have it), or give a kubeconfig instead');
    const args = eksArguments(access, options.env);
    const finished = await (0,_toolchain_process_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .e)(aws, args, {
        timeout: options.timeout,
        signal: options.signal,
        env: { AWS_PAGER: '', AWS_CLI_AUTO_PROMPT: 'off' },
    });
    if (finished.code !== 0)
        throw refusal(access, finished.stderr, finished.code);
    return harden(finished.stdout, aws);
}
/** Pure, for a table test. `AWS_REGION` is named because version 1 of the AWS CLI does not read it. */
function eksArguments(access, env) {
    const region = access.region ?? env['AWS_REGION'];
    return [
        'eks',
        'update-kubeconfig',
        `--name=${access.cluster}`,
        // A path where nothing is: the user's own kubeconfig is neither read nor written.
        `--kubeconfig=${NOWHERE}`,
        '--dry-run',
        ...(region === undefined || region === '' ? [] : [`--region=${region}`]),
        ...(access.roleArn === undefined ? [] : [`--role-arn=${access.roleArn}`]),
    ];
}
const NOWHERE = '/nonexistent/mesh-canary/kubeconfig';
/**
 * The CLI's kubeconfig with the plugin named by its whole path, so that kubectl runs the aws that was found here, and
 * never asks a person.
 * @throws ClusterError when it is not one cluster on https with its own certificate authority.
 */
function harden(said, aws) {
    const config = readYaml(said);
    const [cluster] = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .list */ .p_)(config, 'clusters');
    const [user] = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .list */ .p_)(config, 'users');
    const server = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .text */ .Qq)(cluster, 'cluster', 'server');
    const authority = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .text */ .Qq)(cluster, 'cluster', 'certificate-authority-data');
    const exec = (0,_kube_objects_js__WEBPACK_IMPORTED_MODULE_4__/* .field */ .ZZ)(user, 'user', 'exec');
    if (!/^https:\/\/[^\s/]+\/?$/.test(server) || authority === '' || typeof exec !== 'object' || exec === null)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ClusterError */ .b$('the AWS CLI did not name a cluster with an https address and a certificate authority', 'run aws eks update-kubeconfig --dry-run in a step before and look at what it says');
    Object.assign(exec, { command: aws, interactiveMode: 'Never' });
    return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .stringify */ .As)(config);
}
function readYaml(said) {
    try {
        return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(said);
    }
    catch {
        return undefined;
    }
}
/** The CLI's last words, and what to do about them. */
function refusal(access, stderr, code) {
    const words = stderr.trim().split('\n').filter(Boolean).at(-1)?.trim() ?? `exit code ${code}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ClusterError */ .b$(`the AWS CLI could not find the EKS cluster ${access.cluster}: ${words}`, adviceFor(words));
}
function adviceFor(words) {
    if (/locate credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|security token|SignatureDoesNot/i.test(words))
        return 'sign in before this step: aws-actions/configure-aws-credentials, with the permission id-token: write';
    if (/AccessDenied|not authorized/i.test(words))
        return 'allow eks:DescribeCluster on this cluster to the identity the job has signed in with';
    if (/ResourceNotFound|No cluster found/i.test(words))
        return 'check the inputs cluster and region, and that the job has signed in to the account that owns it';
    if (/specify a region|NoRegion/i.test(words))
        return 'give the input region';
    if (/Cluster status is/.test(words))
        return 'wait until the cluster is active, then run again';
    return 'run aws eks update-kubeconfig --dry-run in a step before and look at what it says';
}

/***/ })

};
