# A host with two cards that are none: NVIDIA's own container runtimes, a CDI specification written by hand, and a
# stand-in for the device plugin, run by the rendered DaemonSet.
{ ... }:
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-gpu";

  fleetTest = {
    fleet = ../fleets/mixed;
    hosts.box = { };
    facts = nodes: {
      tree = "${../fleets/mixed/rendered/kubernetes/platform}";
      cards = nodes.box.fleet.nodes.box.labels."lab.example/gpu-count";
      # k3s names a runtime by the ending of NVIDIA's program.
      handler = "nvidia-cdi";
    };
    script = ./gpu.py;
  };
}
