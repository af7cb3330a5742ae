# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "convocanvas";
    domain = "convocanvas.example";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
    flannelBackend = "vxlan";
    disable = [ "traefik" ];
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
    leveling-pc = {
      address = "192.168.1.20";
      role = "server";
      labels = {
        "convocanvas.example/gpu-cards" = "rtx-4080";
        "convocanvas.example/gpu-count" = "1";
        "convocanvas.example/gpu-runtime" = "nvidia-cdi";
        "convocanvas.example/has-4080" = "true";
        "convocanvas.example/homogeneous" = "true";
        "convocanvas.example/vram-total" = "16";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
  };
}
