# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "dynames";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "agent";
    serverAddr = "https://192.168.86.10:6443";
  };
  fleet.firewall = {
    allow = [
      {
        from = "nodes";
        protocol = "tcp";
        ports = [
          5001
          6443
          7946
          10250
        ];
      }
      {
        from = "nodes";
        protocol = "udp";
        ports = [
          7946
          8472
        ];
      }
    ];
    trustedInterfaces = [
      "cni0"
      "flannel.1"
    ];
  };
  fleet.nfs = {
    enable = true;
  };
}
