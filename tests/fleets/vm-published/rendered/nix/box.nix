# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "box";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "server";
    clusterInit = true;
    reconcileNodes = true;
    interface = "eth1";
  };
  fleet.firewall = {
    trustedInterfaces = [
      "cni0"
      "flannel.1"
    ];
  };
  fleet.loopback = {
    dashboard = {
      port = 11000;
      publish = 11001;
      from = [ "192.168.1.9/32" ];
    };
  };
  fleet.secrets = {
    apps = {
      registry = {
        files = {
          ".dockerconfigjson" = "/run/secrets/registry";
        };
        type = "kubernetes.io/dockerconfigjson";
      };
      web = {
        files = {
          token = "/run/secrets/web-token";
        };
      };
    };
  };
}
