# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "inference-club";
    domain = "inference-club.com";
  };
  fleet.k3s = {
    tokenFile = "/etc/rancher/k3s/token";
    flannelBackend = "vxlan";
    secretsEncryption = true;
    etcdSnapshots = {
      schedule = "0 */12 * * *";
      retention = 5;
    };
    kubelet = {
      maxPods = 110;
    };
  };
  fleet.nodes = {
    a1 = {
      address = "192.168.5.253";
      role = "agent";
      labels = {
        "inference-club.com/box" = "a1";
        "inference-club.com/gpu-cards" = "rtx-4090";
        "inference-club.com/gpu-count" = "1";
        "inference-club.com/gpu-runtime" = "nvidia-cdi";
        "inference-club.com/has-4090" = "true";
        "inference-club.com/homogeneous" = "true";
        "inference-club.com/vram-total" = "24";
        "nvidia.com/device-plugin.config" = "time-slicing-2";
        "nvidia.com/gpu.present" = "true";
      };
    };
    a2 = {
      address = "192.168.5.96";
      role = "agent";
      labels = {
        "inference-club.com/box" = "a2";
        "inference-club.com/gpu-cards" = "rtx-4090";
        "inference-club.com/gpu-count" = "1";
        "inference-club.com/gpu-runtime" = "nvidia-cdi";
        "inference-club.com/has-4090" = "true";
        "inference-club.com/homogeneous" = "true";
        "inference-club.com/vram-total" = "24";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
    a3 = {
      address = "192.168.5.173";
      role = "server";
      labels = {
        "inference-club.com/box" = "a3";
        "inference-club.com/gpu-cards" = "rtx-4090";
        "inference-club.com/gpu-count" = "1";
        "inference-club.com/gpu-runtime" = "nvidia-cdi";
        "inference-club.com/has-4090" = "true";
        "inference-club.com/homogeneous" = "true";
        "inference-club.com/vram-total" = "24";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
    spark = {
      address = "192.168.6.19";
      role = "agent";
      labels = {
        "inference-club.com/box" = "spark";
        "inference-club.com/gpu-cards" = "gb10";
        "inference-club.com/gpu-count" = "1";
        "inference-club.com/gpu-runtime" = "nvidia";
        "inference-club.com/has-gb10" = "true";
        "inference-club.com/homogeneous" = "true";
        "inference-club.com/vram-total" = "128";
        "nvidia.com/device-plugin.config" = "time-slicing-4";
        "nvidia.com/gpu.present" = "true";
      };
    };
  };
}
