# The unit that keeps labels and taints as the fleet says.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) configOf lib;

  host = configOf "one" { fleet.k3s.reconcileNodes = true; };
  unit = host.systemd.services.fleet-reconcile-nodes;
in
{
  testDesiredStateIsThatOfAllNodes = {
    expr = builtins.fromJSON (lib.head unit.restartTriggers).text;
    expected = {
      annotation = "hydra.io/pyfleet-owned";
      nodes = {
        one = {
          labels."hydra.io/gpu-count" = "2";
          taints = [ "nvidia.com/gpu=present:NoSchedule" ];
        };
        two = {
          labels = { };
          taints = [ ];
        };
        three = {
          labels = { };
          taints = [ ];
        };
      };
    };
  };

  # A unit that stays active would be started neither by the timer nor by a switch.
  testItRunsOnEverySwitchAndByTimer = {
    expr = {
      inherit (unit) wantedBy startAt;
      remains = unit.serviceConfig.RemainAfterExit or false;
    };
    expected = {
      wantedBy = [ "multi-user.target" ];
      startAt = [ "*:0/5" ];
      remains = false;
    };
  };

  testItNeedsARunningK3sAndDoesNotStartIt = {
    expr = { inherit (unit) after requisite requires; };
    expected = {
      after = [ "k3s.service" ];
      requisite = [ "k3s.service" ];
      requires = [ ];
    };
  };

  testItRunsUnprivileged = {
    expr = {
      inherit (unit.serviceConfig)
        DynamicUser
        NoNewPrivileges
        PrivateTmp
        ProtectSystem
        ;
    };
    expected = {
      DynamicUser = true;
      NoNewPrivileges = true;
      PrivateTmp = true;
      ProtectSystem = "strict";
    };
  };

  testOtherHostsDoNotHaveIt = {
    expr = (configOf "two" { }).systemd.services ? fleet-reconcile-nodes;
    expected = false;
  };
}
