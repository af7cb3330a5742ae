# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "a1";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "agent";
    serverAddr = "https://192.168.5.173:6443";
    dataDir = "/mnt/d/k3s-data";
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
  fleet.gpu = {
    enable = true;
    open = true;
    driver = "stable";
  };
}
