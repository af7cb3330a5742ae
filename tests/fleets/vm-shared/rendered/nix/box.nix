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
  fleet.gpu = {
    enable = true;
    open = true;
    driver = "stable";
  };
}
