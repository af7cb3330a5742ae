# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "lab";
    domain = "lab.example";
  };
  fleet.k3s = {
    tokenFile = "/run/agenix/k3s-token";
    package = "k3s_1_35";
    flannelBackend = "wireguard-native";
    secretsEncryption = true;
    etcdSnapshots = {
      schedule = "@daily";
      retention = 14;
    };
    embeddedRegistry = true;
    kubelet = {
      maxPods = 110;
      imageGCHighThresholdPercent = 70;
    };
    clusterCIDR = "10.52.0.0/16";
    serviceCIDR = "10.53.0.0/16";
  };
  fleet.nodes = {
    alpha = {
      address = "10.0.0.1";
      role = "server";
    };
    beta = {
      address = "10.0.0.2";
      role = "server";
    };
    gamma = {
      address = "10.0.0.3";
      role = "server";
      taints = [ "node-role.kubernetes.io/control-plane=true:NoSchedule" ];
    };
    old = {
      address = "10.0.0.4";
      role = "agent";
      labels = {
        "lab.example/gpu-cards" = "gtx-1060-6gb";
        "lab.example/gpu-count" = "1";
        "lab.example/gpu-runtime" = "nvidia-cdi";
        "lab.example/has-1060" = "true";
        "lab.example/homogeneous" = "true";
        "lab.example/vram-total" = "6";
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
      };
    };
  };
  fleet.firewall = {
    admins = [ "10.0.9.0/24" ];
  };
}
