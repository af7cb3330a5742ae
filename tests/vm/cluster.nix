# The Hydra fleet, server and agent: they form the cluster that the fleet file says, and come back from a reboot.
{ lib, ... }:
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-cluster";

  fleetTest = {
    fleet = ../../hosts;
    hosts = {
      hydra-ai = {
        # Two people: one of the group that may read the kubeconfig, one who isn't.
        users.users = {
          member = {
            isNormalUser = true;
            extraGroups = [ "wheel" ];
          };
          guest.isNormalUser = true;
        };
      };
      hydra-compute = { };
    };
    facts = nodes: {
      kubeconfigGroup = nodes.hydra-ai.fleet.k3s.kubeconfigGroup;
      hasAdminTools = lib.mapAttrs (_: node: node.fleet.adminTools.enable) {
        inherit (nodes) hydra-ai hydra-compute;
      };
    };
    script = ./cluster.py;
  };
}
