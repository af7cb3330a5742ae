# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "second";
  nixpkgs.hostPlatform = "x86_64-linux";
  networking.firewall.allowedTCPPorts = [ 9100 ];

  fleet.k3s = {
    enable = true;
    role = "agent";
    serverAddr = "https://192.168.1.1:6443";
    interface = "eth1";
  };
  fleet.firewall = {
    allow = [
      {
        from = "nodes";
        protocol = "tcp";
        ports = [ 10250 ];
      }
      {
        from = "nodes";
        protocol = "udp";
        ports = [ 8472 ];
      }
    ];
    trustedInterfaces = [
      "cni0"
      "flannel.1"
    ];
  };
}
