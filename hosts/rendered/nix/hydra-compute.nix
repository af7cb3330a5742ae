# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "hydra-compute";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "agent";
    serverAddr = "https://192.168.1.250:6443";
  };
  fleet.firewall = {
    allow = [
      {
        from = "nodes";
        protocol = "tcp";
        ports = [ 10250 ];
      }
    ];
    trustedInterfaces = [ "cni0" ];
  };
  fleet.gpu = {
    enable = true;
    open = true;
    driver = "stable";
  };
  fleet.nfs = {
    enable = true;
  };
}
