# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "homelab";
    domain = "homelab.example";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
    flannelBackend = "vxlan";
    disable = [
      "servicelb"
      "traefik"
    ];
    secretsEncryption = true;
    etcdSnapshots = {
      schedule = "0 */12 * * *";
      retention = 5;
    };
    embeddedRegistry = true;
    kubelet = {
      maxPods = 110;
    };
  };
  fleet.nodes = {
    heavyarms = {
      address = "192.168.86.10";
      role = "server";
      labels = {
        "homelab.example/gpu-cards" = "gtx-1060-6gb";
        "homelab.example/gpu-count" = "1";
        "homelab.example/gpu-runtime" = "nvidia-cdi";
        "homelab.example/has-1060" = "true";
        "homelab.example/homogeneous" = "true";
        "homelab.example/vram-total" = "6";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
    exia = {
      address = "192.168.86.11";
      role = "agent";
      labels = {
        "node.kubernetes.io/instance-type" = "nuc7i5";
      };
    };
    kyrios = {
      address = "192.168.86.12";
      role = "agent";
      labels = {
        "node.kubernetes.io/instance-type" = "nuc7i5";
      };
    };
    dynames = {
      address = "192.168.86.13";
      role = "agent";
      labels = {
        "node.kubernetes.io/instance-type" = "nuc7i5";
      };
    };
  };
}
