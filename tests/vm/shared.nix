# Two workloads on one card that start in order, one of them at a port of its host; and a machine outside the cluster
# that has a name in it.
{ hostPkgs, ... }:
let
  standIn = hostPkgs.writeShellScriptBin "stand-in" ''
    exec ${hostPkgs.python3}/bin/python3 ${./stand_in/server.py} "$@"
  '';
  # What the fleet says of the service outside.
  port = 1234;
in
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-shared";

  fleetTest = {
    fleet = ../fleets/vm-shared;
    hosts.box =
      { images, ... }:
      {
        services.k3s.images = [
          images.busybox.archive
          images.dns.archive
        ];
      };
    others.outside = {
      address = "192.168.1.7";
      module = {
        environment.systemPackages = [ standIn ];
        networking.firewall.allowedTCPPorts = [ port ];
        systemd.services.outside = {
          description = "Service outside the cluster";
          wantedBy = [ "multi-user.target" ];
          serviceConfig.ExecStart = "${standIn}/bin/stand-in serve ${toString port}";
        };
      };
    };
    facts = _: {
      tree = "${../fleets/vm-shared/rendered/kubernetes}";
      dns = "${./fixtures/dns.yaml}";
    };
    script = ./shared.py;
  };
}
