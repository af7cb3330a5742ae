# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "beta";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "server";
    serverAddr = "https://192.168.1.250:6443";
    interface = "eth1";
  };
  fleet.firewall = {
    allow = [
      {
        from = "nodes";
        protocol = "tcp";
        ports = [
          6443
          10250
        ];
      }
      {
        from = "nodes";
        protocol = "udp";
        ports = [ 8472 ];
      }
      {
        from = "servers";
        protocol = "tcp";
        ports = [
          2379
          2380
        ];
      }
      {
        from = "servers";
        protocol = "vrrp";
      }
    ];
    trustedInterfaces = [
      "cni0"
      "flannel.1"
    ];
  };
  fleet.virtualAddress = {
    keepalived = {
      enable = true;
      interface = "eth1";
      routerId = 250;
      priority = 249;
    };
  };
}
