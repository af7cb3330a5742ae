# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "lab";
    domain = "lab.example";
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
    box = {
      address = "10.0.0.1";
      role = "server";
      labels = {
        "lab.example/gpu-cards" = "rtx-4090";
        "lab.example/gpu-count" = "2";
        "lab.example/gpu-runtime" = "nvidia-cdi";
        "lab.example/has-4090" = "true";
        "lab.example/homogeneous" = "true";
        "lab.example/vram-total" = "48";
        "nvidia.com/device-plugin.config" = "time-slicing-2";
        "nvidia.com/gpu.present" = "true";
      };
    };
    spark = {
      address = "10.0.0.2";
      role = "agent";
      labels = {
        "lab.example/desk" = "yes";
        "lab.example/gpu-cards" = "gb10";
        "lab.example/gpu-count" = "1";
        "lab.example/gpu-runtime" = "nvidia";
        "lab.example/has-gb10" = "true";
        "lab.example/homogeneous" = "true";
        "lab.example/vram-total" = "128";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
      taints = [ "nvidia.com/gpu=present:NoSchedule" ];
    };
    ubuntu = {
      address = "10.0.0.3";
      role = "agent";
    };
  };
}
