# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "old";
  nixpkgs.hostPlatform = "x86_64-linux";
  networking.firewall.allowedTCPPorts = [ 9100 ];
  networking.firewall.allowedUDPPorts = [ 161 ];

  fleet.k3s = {
    enable = true;
    role = "agent";
    serverAddr = "https://10.0.0.1:6443";
    dataDir = "/data/k3s";
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
        ports = [ 51820 ];
      }
    ];
    trustedInterfaces = [
      "cni0"
      "flannel-wg"
    ];
  };
  fleet.gpu = {
    enable = true;
    open = false;
    driver = "legacy_580";
  };
}
