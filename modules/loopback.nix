# Services of this host that listen on 127.0.0.1 only, published on its address.
{ config, lib, ... }:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
  shared = import ../nix/shared.nix { inherit lib; };
  inherit (lib) mkOption types;

  cfg = config.fleet.loopback;
  inherit (config.fleet.nodes.${config.networking.hostName}) address;
  unit = name: "fleet-loopback-${name}";
in
{
  imports = [ ./firewall.nix ];

  options.fleet.loopback = mkOption {
    default = { };
    description = "Services of this host that listen on 127.0.0.1 only, to publish on its address in {option}`fleet.nodes`.";
    type = types.attrsOf (
      types.submodule {
        options = {
          port = mkOption {
            type = types.port;
            example = 11000;
            description = "Port that the service listens on.";
          };
          publish = mkOption {
            type = types.port;
            example = 11001;
            description = "Port of the host's address.";
          };
          from = mkOption {
            type = types.listOf fleetTypes.ipv4OrNetwork;
            default = [ ];
            example = [ "192.0.2.0/24" ];
            description = "Who may connect, besides the fleet's hosts and the pods on this one.";
          };
        };
      }
    );
  };

  config = lib.mkIf (cfg != { }) {
    fleet.firewall.allow = lib.concatLists (
      lib.mapAttrsToList (
        _: service:
        map
          (from: {
            inherit from;
            protocol = "tcp";
            ports = [ service.publish ];
          })
          [
            "nodes"
            service.from
          ]
      ) cfg
    );

    systemd.sockets = lib.mapAttrs' (
      name: service:
      lib.nameValuePair (unit name) {
        description = "${name}, which listens on 127.0.0.1:${toString service.port}, for the network";
        wantedBy = [ "sockets.target" ];
        socketConfig = {
          ListenStream = "${address}:${toString service.publish}";
          # The address may come later than the socket.
          FreeBind = true;
        };
      }
    ) cfg;

    systemd.services = lib.mapAttrs' (
      name: service:
      lib.nameValuePair (unit name) {
        description = "Proxy to ${name} on 127.0.0.1:${toString service.port}";
        requires = [ "${unit name}.socket" ];
        after = [
          "${unit name}.socket"
          "network.target"
        ];
        serviceConfig = {
          Type = "notify";
          ExecStart = "${config.systemd.package}/lib/systemd/systemd-socket-proxyd 127.0.0.1:${toString service.port}";

          DynamicUser = true;
        }
        // shared.confinement
        // shared.proxyConfinement;
      }
    ) cfg;
  };
}
