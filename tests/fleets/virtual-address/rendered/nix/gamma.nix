# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "gamma";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "server";
    serverAddr = "https://10.0.0.9:6443";
  };
  fleet.firewall = {
    allow = [
      {
        from = "nodes";
        protocol = "tcp";
        ports = [
          5001
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
      {
        from = "admins";
        protocol = "tcp";
        ports = [ 6443 ];
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
      interface = "enp1s0";
      routerId = 9;
      priority = 248;
    };
  };
}
