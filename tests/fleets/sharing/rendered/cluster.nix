# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "club";
    domain = "club.example";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
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
    shared = {
      address = "10.0.0.1";
      role = "server";
      labels = {
        "club.example/gpu-cards" = "rtx-4090";
        "club.example/gpu-count" = "2";
        "club.example/gpu-runtime" = "nvidia-cdi";
        "club.example/has-4090" = "true";
        "club.example/homogeneous" = "true";
        "club.example/vram-total" = "48";
        "nvidia.com/device-plugin.config" = "mps-3";
        "nvidia.com/gpu.present" = "true";
        "nvidia.com/mps.capable" = "true";
      };
    };
    claimed = {
      address = "10.0.0.2";
      role = "agent";
      labels = {
        "club.example/gpu-allocation" = "dra";
        "club.example/gpu-cards" = "rtx-4090.rtx-5090";
        "club.example/gpu-count" = "2";
        "club.example/has-4090" = "true";
        "club.example/has-5090" = "true";
        "club.example/homogeneous" = "false";
        "club.example/vram-total" = "56";
        "nvidia.com/gpu.present" = "true";
      };
    };
    spark-1 = {
      address = "10.0.0.3";
      role = "agent";
      labels = {
        "club.example/gpu-cards" = "gb10";
        "club.example/gpu-count" = "1";
        "club.example/gpu-runtime" = "nvidia";
        "club.example/has-gb10" = "true";
        "club.example/homogeneous" = "true";
        "club.example/vram-total" = "128";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
    spark-2 = {
      address = "10.0.0.4";
      role = "agent";
      labels = {
        "club.example/gpu-cards" = "gb10";
        "club.example/gpu-count" = "1";
        "club.example/gpu-runtime" = "nvidia";
        "club.example/has-gb10" = "true";
        "club.example/homogeneous" = "true";
        "club.example/vram-total" = "128";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
  };
}
