# Rendered by pyfleet from the fleet file. Edit that and render again, never this file.
{
  imports = [ ../cluster.nix ];

  networking.hostName = "heavyarms";
  nixpkgs.hostPlatform = "x86_64-linux";

  fleet.k3s = {
    enable = true;
    role = "server";
    clusterInit = true;
    reconcileNodes = true;
    manifests = {
      fleet-0-namespace-argocd = ../bootstrap/fleet-0-namespace-argocd.yaml;
      fleet-1-helmchart-argocd = ../bootstrap/fleet-1-helmchart-argocd.yaml;
      fleet-2-appproject-fleet-root = ../bootstrap/fleet-2-appproject-fleet-root.yaml;
      fleet-4-application-fleet = ../bootstrap/fleet-4-application-fleet.yaml;
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
  fleet.gpu = {
    enable = true;
    open = false;
    driver = "legacy_580";
  };
  fleet.nfs = {
    enable = true;
  };
  fleet.localStorage = {
    directories = [ "/srv/ollama" ];
  };
  fleet.secrets = {
    external-secrets = {
      azure-key-vault = {
        files = {
          client-id = "/run/secrets/azure-client-id";
          client-secret = "/run/secrets/azure-client-secret";
        };
      };
    };
  };
}
