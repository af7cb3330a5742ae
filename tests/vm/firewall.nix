# Ports as seen from another host of the fleet, from an admin's machine, and from outside.
{
  lib,
  hostPkgs,
  ...
}:
let
  scanner.environment.systemPackages = [ hostPkgs.nmap ];
in
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-firewall";

  fleetTest = {
    fleet = ../fleets/vm-pair;
    hosts = {
      first = scanner;
      second = scanner;
    };
    others = {
      admin = {
        address = lib.removeSuffix "/32" (
          lib.head (import ../fleets/vm-pair/rendered/cluster.nix).fleet.firewall.admins
        );
        module = scanner;
      };
      outsider = {
        address = "192.168.1.8";
        module = scanner;
      };
    };
    script = ./firewall.py;
  };
}
