# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "worker";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "agent";
    serverAddr = "https://10.0.0.9:6443";
    interface = "eno2";
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
    ];
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
