# Labels and taints that follow the fleet file. k3s gives them to a node only when it first registers, so the first
# server adds to every node what is in the fleet file now, and removes what was there before. What the fleet set is
# recorded in one annotation of the node; everything else is left alone.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (config.fleet) cluster k3s nodes;

  desired = pkgs.writeText "fleet-nodes.json" (
    builtins.toJSON {
      annotation = "${cluster.domain}/pyfleet-owned";
      nodes = lib.mapAttrs (_: node: { inherit (node) labels taints; }) nodes;
    }
  );

  reconcile = pkgs.writeShellApplication {
    name = "reconcile-nodes";
    runtimeInputs = [
      pkgs.coreutils
      pkgs.jq
      pkgs.kubectl
    ];
    text = builtins.readFile ./reconcile-nodes.sh;
  };
in
{
  imports = [ ./k3s.nix ];

  options.fleet.k3s.reconcileNodes = lib.mkOption {
    type = lib.types.bool;
    default = false;
    description = ''
      Whether this host keeps the labels and taints of all nodes as in {option}`fleet.nodes`, on every switch and
      every five minutes after. For one server of the fleet.
    '';
  };

  config = lib.mkIf (k3s.enable && k3s.reconcileNodes) {
    assertions = [
      {
        assertion = k3s.role == "server";
        message = ''
          fleet.k3s.reconcileNodes is set on an agent, which may not change other nodes. Set it on a server instead.
        '';
      }
    ];

    systemd.services.fleet-reconcile-nodes = {
      description = "Labels and taints of the nodes as the fleet says";
      # On a boot it waits for k3s. Where an admin has stopped k3s it neither starts it nor fails.
      after = [ "k3s.service" ];
      requisite = [ "k3s.service" ];
      # It does not remain active, so every switch starts it again, as the timer does for hosts that join later.
      wantedBy = [ "multi-user.target" ];
      startAt = "*:0/5";
      restartTriggers = [ desired ];

      environment = {
        KUBECONFIG = "%d/kubeconfig";
        # kubectl keeps a cache there.
        HOME = "/tmp";
      };

      # A failure is tried again a few times at once, then at the timer's next turn.
      startLimitIntervalSec = 240;
      startLimitBurst = 5;
      serviceConfig = {
        Type = "oneshot";
        ExecStart = "${lib.getExe reconcile} ${desired} ${./reconcile-nodes.jq}";
        Restart = "on-failure";
        RestartSec = 20;
        TimeoutStartSec = 120;

        # Root reads the kubeconfig; the program runs as a dynamic user.
        LoadCredential = "kubeconfig:/etc/rancher/k3s/k3s.yaml";
      }
      // import ../nix/confinement.nix { inherit lib; };
    };
  };
}
