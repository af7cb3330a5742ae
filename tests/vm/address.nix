# Three servers that share an address: hosts join by it, and it goes to another when the API server of the one that has
# it stops.
{ lib, ... }:
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-address";

  fleetTest = {
    fleet = ../fleets/vm-address;
    hosts = {
      alpha = { };
      beta = { };
      gamma = { };
    };
    facts = nodes: {
      inherit (nodes.alpha.fleet.virtualAddress) address;
      # The address that each server joins, as k3s gets it.
      joins = lib.mapAttrs (_: node: node.services.k3s.serverAddr) nodes;
      tree = "${../fleets/vm-address/rendered/kubernetes}";
    };
    script = ./address.py;
  };
}
