# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "address";
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
    alpha = {
      address = "192.168.1.1";
      role = "server";
    };
    beta = {
      address = "192.168.1.2";
      role = "server";
    };
    gamma = {
      address = "192.168.1.3";
      role = "server";
    };
  };
  fleet.virtualAddress = {
    address = "192.168.1.250";
  };
}
