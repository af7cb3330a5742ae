# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
# What all NixOS hosts of the fleet share.
{
  fleet.cluster = {
    name = "duo";
    domain = "duo.example";
  };
  fleet.k3s = {
    tokenFile = "/run/secrets/k3s-token";
    flannelBackend = "vxlan";
    secretsEncryption = true;
    datastore = "external";
    serverEnvironmentFile = "/run/secrets/k3s-env";
    embeddedRegistry = true;
    kubelet = {
      maxPods = 110;
    };
  };
  fleet.nodes = {
    left = {
      address = "10.1.0.1";
      role = "server";
    };
    right = {
      address = "10.1.0.2";
      role = "server";
    };
    worker = {
      address = "10.1.0.3";
      role = "agent";
    };
  };
  fleet.virtualAddress = {
    address = "10.1.0.9";
  };
}
