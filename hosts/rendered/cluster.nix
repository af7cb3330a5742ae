# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "hydra";
    domain = "hydra.io";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
    flannelBackend = "host-gw";
    disable = [
      "servicelb"
      "traefik"
    ];
    secretsEncryption = true;
    etcdSnapshots = {
      schedule = "0 */12 * * *";
      retention = 5;
    };
    kubelet = {
      maxPods = 110;
    };
    kubeconfigGroup = "wheel";
  };
  fleet.nodes = {
    hydra-ai = {
      address = "192.168.1.250";
      role = "server";
      labels = {
        "hydra.io/gpu-cards" = "rtx-4090.rtx-5090";
        "hydra.io/gpu-class" = "inference";
        "hydra.io/gpu-count" = "2";
        "hydra.io/gpu-runtime" = "nvidia-cdi";
        "hydra.io/has-4090" = "true";
        "hydra.io/has-5090" = "true";
        "hydra.io/homogeneous" = "false";
        "hydra.io/vram-total" = "56";
        "hydra.io/workload" = "inference";
        "node.kubernetes.io/instance-type" = "threadripper-7960x";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
    hydra-compute = {
      address = "192.168.1.203";
      role = "agent";
      labels = {
        "hydra.io/gpu-cards" = "rtx-5070-ti";
        "hydra.io/gpu-class" = "generation";
        "hydra.io/gpu-count" = "2";
        "hydra.io/gpu-pool" = "generation";
        "hydra.io/gpu-runtime" = "nvidia-cdi";
        "hydra.io/has-5070ti" = "true";
        "hydra.io/homogeneous" = "true";
        "hydra.io/training" = "true";
        "hydra.io/vram-total" = "32";
        "hydra.io/workload" = "generation";
        "node.kubernetes.io/instance-type" = "ryzen-9-9900x";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
  };
}
