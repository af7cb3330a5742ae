// What pyfleet makes of a plain fleet, as somebody would write it in Jsonnet: {path: text}.
// Each workload has the same three manifests; hosts and `others` stand in for pyfleet's other files.
local fleet = std.extVar('fleet');
local others = std.extVar('others');
local labels(name) = { 'app.kubernetes.io/name': name };

local metadata(name, workload) = {
  name: name,
  namespace: workload.namespace,
  labels: { 'app.kubernetes.io/managed-by': 'jsonnet' } + labels(name),
};

local probe(failures) = {
  httpGet: { path: '/health', port: 'http' },
  periodSeconds: 10,
  timeoutSeconds: 5,
  failureThreshold: failures,
};

local container(name, workload) = {
  local gpus = { 'nvidia.com/gpu': workload.gpu.count },
  name: name,
  image: workload.image,
  args: workload.args,
  env: [{ name: key, value: workload.env[key] } for key in std.objectFields(workload.env)],
  ports: [{ name: 'http', containerPort: 8000 }],
  resources: { requests: workload.resources.requests + gpus, limits: workload.resources.limits + gpus },
  startupProbe: probe(113),
  readinessProbe: probe(3),
  livenessProbe: probe(6),
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] } },
  volumeMounts: [
    { name: workload.volumes[path], mountPath: path, readOnly: true }
    for path in std.objectFields(workload.volumes)
  ] + [{ name: 'root-cache-huggingface', mountPath: '/root/.cache/huggingface' }, { name: 'shared-memory', mountPath: '/dev/shm' }],
};

local deployment(name, workload) = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(name, workload),
  spec: {
    replicas: 1,
    revisionHistoryLimit: 3,
    progressDeadlineSeconds: 2930,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: labels(name) },
    template: {
      metadata: { labels: labels(name) },
      spec: {
        runtimeClassName: 'nvidia-cdi',
        priorityClassName: workload.priority,
        nodeSelector: { [fleet.cluster.domain + '/has-4090']: 'true' },
        tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        containers: [container(name, workload)],
        volumes: [
          { name: workload.volumes[path], persistentVolumeClaim: { claimName: workload.volumes[path] } }
          for path in std.objectFields(workload.volumes)
        ] + [
          { name: 'root-cache-huggingface', hostPath: { path: workload.cache.hostPath, type: 'DirectoryOrCreate' } },
          { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } },
        ],
      },
    },
  },
};

local service(name, workload) = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name, workload),
  spec: { selector: labels(name), ports: [{ name: 'http', port: 8000, targetPort: 'http' }] },
};

local kustomization = {
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources: ['deployment.yaml', 'service.yaml'],
};

local host(name, spec) = {
  networking: { hostName: name },
  nixpkgs: { hostPlatform: 'x86_64-linux' },
  k3s: { enable: true, role: spec.role, serverAddr: 'https://' + fleet.hosts['host-0000'].address + ':6443' },
  firewall: {
    allow: [
      { from: 'nodes', protocol: 'tcp', ports: [10250] },
      { from: 'nodes', protocol: 'udp', ports: [8472] },
    ],
    trustedInterfaces: ['cni0', 'flannel.1'],
  },
  gpu: { enable: true, open: true, driver: 'stable' },
  nfs: { enable: true },
};

local namespace(number) = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-' + number } };

local write(object) = std.manifestYamlDoc(object, quote_keys=false) + '\n';

{ ['workloads/' + name + '/deployment.yaml']: write(deployment(name, fleet.workloads[name])) for name in std.objectFields(fleet.workloads) }
+ { ['workloads/' + name + '/service.yaml']: write(service(name, fleet.workloads[name])) for name in std.objectFields(fleet.workloads) }
+ { ['workloads/' + name + '/kustomization.yaml']: write(kustomization) for name in std.objectFields(fleet.workloads) }
+ { ['hosts/' + name + '.yaml']: write(host(name, fleet.hosts[name])) for name in std.objectFields(fleet.hosts) }
+ { ['platform/' + number + '.yaml']: write(namespace(number)) for number in std.range(1, others) }
