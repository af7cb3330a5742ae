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
    pi = {
      address = "10.0.0.1";
      role = "server";
    };
    box = {
      address = "10.0.0.2";
      role = "agent";
    };
  };
}
