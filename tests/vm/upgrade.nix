# A fleet file is edited, rendered and switched on a running cluster: what was edited changes, nothing else restarts.
{ hostPkgs, ... }:
let
  # The edited fleet's rendered file in place of the other's, as `nixos-rebuild switch` would find it.
  changed = name: {
    environment.systemPackages = [ hostPkgs.nmap ];
    specialisation.changed.configuration = {
      disabledModules = [ (../fleets/vm-pair/rendered/nix + "/${name}.nix") ];
      imports = [ (../fleets/vm-pair-changed/rendered/nix + "/${name}.nix") ];
    };
  };
in
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-upgrade";

  fleetTest = {
    fleet = ../fleets/vm-pair;
    hosts = {
      first = changed "first";
      second = changed "second";
    };
    facts = nodes: {
      trees = {
        old = "${../fleets/vm-pair/rendered/kubernetes}";
        new = "${../fleets/vm-pair-changed/rendered/kubernetes}";
      };
      # What the edited fleet plans.
      inherit (nodes.first.specialisation.changed.configuration.fleet) nodes;
    };
    script = ./upgrade.py;
  };
}
