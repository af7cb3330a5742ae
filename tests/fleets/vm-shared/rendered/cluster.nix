# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "shared";
    domain = "vm.example";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
    flannelBackend = "vxlan";
    disable = [
      "coredns"
      "local-storage"
      "metrics-server"
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
  };
  fleet.nodes = {
    box = {
      address = "192.168.1.1";
      role = "server";
      labels = {
        "nvidia.com/device-plugin.config" = "time-slicing-2";
        "nvidia.com/gpu.present" = "true";
        "vm.example/gpu-cards" = "rtx-4090";
        "vm.example/gpu-count" = "1";
        "vm.example/gpu-runtime" = "nvidia-cdi";
        "vm.example/has-4090" = "true";
        "vm.example/homogeneous" = "true";
        "vm.example/vram-total" = "24";
      };
    };
  };
}
