# The address that servers share.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) accepts configOf lib;

  shared.fleet.virtualAddress.address = "192.0.2.9";
  moved = {
    imports = [ shared ];
    fleet.virtualAddress.keepalived = {
      enable = true;
      interface = "eth1";
      routerId = 9;
      priority = 249;
    };
  };
  flagsOf = name: (configOf name shared).services.k3s.extraFlags;
  host = configOf "two" moved;
  instance = host.services.keepalived.vrrpInstances.fleet;
  script = host.services.keepalived.vrrpScripts.api-answers;
in
{
  # k3s' certificate would not name it otherwise, and whoever connects by it would be refused by his own side.
  testItIsInTheServersCertificates = {
    expr = map (name: lib.elem "--tls-san=192.0.2.9" (flagsOf name)) [
      "one"
      "two"
      "three"
    ];
    expected = [
      true
      true
      false
    ];
  };

  testServersAgreeAmongThemselves = {
    expr = {
      inherit (instance)
        interface
        virtualRouterId
        priority
        unicastSrcIp
        unicastPeers
        ;
      addresses = map (ip: ip.addr) instance.virtualIps;
    };
    expected = {
      interface = "eth1";
      virtualRouterId = 9;
      priority = 249;
      unicastSrcIp = "192.0.2.2";
      unicastPeers = [ "192.0.2.1" ];
      addresses = [ "192.0.2.9/32" ];
    };
  };

  testAServerThatComesBackLeavesItWhereItIs = {
    expr = {
      inherit (instance) state noPreempt;
    };
    expected = {
      state = "BACKUP";
      noPreempt = true;
    };
  };

  testItGoesWhereTheApiServerAnswers = {
    expr = {
      inherit (instance) trackScripts;
      # A weight would lower the priority only; without one a server that fails gives the address up.
      inherit (script) weight;
    };
    expected = {
      trackScripts = [ "api-answers" ];
      weight = 0;
    };
  };

  testTheQuestionIsAskedByNobodyInParticular = {
    expr = {
      inherit (script) user group;
      exists = host.users.users.${script.user}.isSystemUser && host.users.groups ? ${script.group};
      groups = host.users.users.${script.user}.extraGroups;
      inherit (host.services.keepalived) enableScriptSecurity;
    };
    expected = {
      user = "fleet-api-answers";
      group = "fleet-api-answers";
      exists = true;
      groups = [ ];
      enableScriptSecurity = true;
    };
  };

  # NixOS' own rule would let everybody's VRRP in, and who speaks it can take the address away.
  testVrrpIsNotOpenedToTheWorld = {
    expr = host.services.keepalived.openFirewall;
    expected = false;
  };

  testOnlyTheServerThatStartsTheClusterLooksForOne = {
    expr =
      map
        (
          name:
          lib.hasInfix "https://192.0.2.9:6443/ping" (configOf name shared).systemd.services.k3s.preStart
        )
        [
          "one"
          "two"
          "three"
        ];
    expected = [
      true
      false
      false
    ];
  };

  testWithoutAnAddressNothingOfItIsThere = {
    expr = {
      inherit ((configOf "two" { }).services.keepalived) enable;
      users = lib.filter (lib.hasPrefix "fleet-") (lib.attrNames (configOf "two" { }).users.users);
      inherit ((configOf "one" { }).systemd.services.k3s) preStart;
    };
    expected = {
      enable = false;
      users = [ ];
      preStart = "";
    };
  };

  testRouterIdsOfVrrp = {
    expr =
      map
        (accepts [
          "fleet"
          "virtualAddress"
          "keepalived"
          "routerId"
        ])
        [
          0
          1
          255
          256
        ];
    expected = [
      false
      true
      true
      false
    ];
  };
}
