# Three servers: the cluster survives the loss of one, even of the first, and not of two.
{ ... }:
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-ha";

  fleetTest = {
    fleet = ../fleets/vm-ha;
    hosts = {
      alpha = { };
      beta = { };
      gamma = { };
    };
    facts = _: { tree = "${../fleets/vm-ha/rendered/kubernetes}"; };
    script = ./ha.py;
  };
}
