# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "left";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "server";
    reconcileNodes = true;
    manifests = {
      fleet-1-role-kube-vip = ../bootstrap/fleet-1-role-kube-vip.yaml;
      fleet-1-serviceaccount-kube-vip = ../bootstrap/fleet-1-serviceaccount-kube-vip.yaml;
      fleet-2-rolebinding-kube-vip = ../bootstrap/fleet-2-rolebinding-kube-vip.yaml;
      fleet-4-daemonset-kube-vip = ../bootstrap/fleet-4-daemonset-kube-vip.yaml;
    };
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
}
