# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "trio";
    domain = "trio.example";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
    flannelBackend = "vxlan";
    secretsEncryption = true;
    etcdSnapshots = {
      schedule = "0 */6 * * *";
      retention = 28;
      s3 = {
        endpoint = "s3.example.com:9000";
        bucket = "k3s-snapshots";
        region = "eu-central-1";
        folder = "trio";
      };
    };
    serverEnvironmentFile = "/run/secrets/k3s-env";
    embeddedRegistry = true;
    kubelet = {
      maxPods = 110;
    };
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
    };
    worker = {
      address = "10.0.0.4";
      role = "agent";
      labels = {
        "nvidia.com/device-plugin.config" = "default";
        "nvidia.com/gpu.present" = "true";
        "trio.example/gpu-cards" = "rtx-4090";
        "trio.example/gpu-count" = "1";
        "trio.example/gpu-runtime" = "nvidia-cdi";
        "trio.example/has-4090" = "true";
        "trio.example/homogeneous" = "true";
        "trio.example/vram-total" = "24";
      };
    };
  };
  fleet.virtualAddress = {
    address = "10.0.0.9";
  };
  fleet.firewall = {
    admins = [ "10.0.9.0/24" ];
  };
}
