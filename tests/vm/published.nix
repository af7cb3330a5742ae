# A host that makes Secrets of its files and publishes a service of 127.0.0.1, one machine that may ask for the service,
# and one that may not.
{ hostPkgs, lib, ... }:
let
  rendered = import ../fleets/vm-published/rendered/nix/box.nix;
  page = hostPkgs.writeTextDir "who" "dashboard";
in
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-published";

  fleetTest = {
    fleet = ../fleets/vm-published;
    hosts.box =
      { config, ... }:
      {
        systemd.services.dashboard = {
          description = "Service that listens on 127.0.0.1 only";
          wantedBy = [ "multi-user.target" ];
          serviceConfig.ExecStart = "${hostPkgs.python3}/bin/python3 -m http.server --bind 127.0.0.1 --directory ${page} ${toString config.fleet.loopback.dashboard.port}";
        };
      };
    others = {
      friend.address = lib.removeSuffix "/32" (lib.head rendered.fleet.loopback.dashboard.from);
      stranger.address = "192.168.1.8";
    };
    facts = nodes: {
      inherit (nodes.box.fleet) loopback secrets;
      tree = "${../fleets/vm-published/rendered/kubernetes}";
    };
    script = ./published.py;
  };
}
