# An address that some server always has: all hosts but the first server join by it, and so do admins.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
  facts = (import ../nix/shared.nix { inherit lib; }).k3s;
  port = toString facts.apiServerPort;
  inherit (lib) mkOption types;

  cfg = config.fleet.virtualAddress;
  inherit (config.fleet) k3s nodes;
  inherit (config.networking) hostName;
  isServer = k3s.enable && k3s.role == "server";
  otherServers = lib.filterAttrs (name: node: name != hostName && node.role == "server") nodes;

  apiAnswers = pkgs.writeShellApplication {
    name = "api-answers";
    runtimeInputs = [ pkgs.curl ];
    text = builtins.readFile ./api-answers.sh;
  };
  # The check needs no rights on this host, so it runs as an account of its own.
  asker = "fleet-api-answers";
in
{
  imports = [ ./k3s.nix ];

  options.fleet.virtualAddress = {
    address = mkOption {
      type = types.nullOr fleetTypes.ipv4;
      default = null;
      example = "192.0.2.9";
      description = "An address of the servers' network that some server always has. It is in their certificates.";
    };

    keepalived = {
      enable = lib.mkEnableOption "keepalived, which gives this server the address while its API server answers and no other server has it";

      interface = mkOption {
        type = fleetTypes.interface;
        example = "eth1";
        description = "Interface that gets the address.";
      };

      routerId = mkOption {
        type = types.ints.between 1 255;
        example = 9;
        description = "VRRP's router id for the address: the same on all servers, and not used by others in their network.";
      };

      priority = mkOption {
        type = types.ints.between 1 254;
        example = 250;
        description = "Of several servers that could have the address, the one with the highest priority gets it.";
      };
    };
  };

  config = lib.mkMerge [
    (lib.mkIf (isServer && cfg.address != null) {
      services.k3s.extraFlags = [ "--tls-san=${cfg.address}" ];

      # Installed anew, the first server would start a second cluster beside the one that is running without it.
      systemd.services.k3s.preStart = lib.mkIf k3s.clusterInit ''
        if [ ! -e ${facts.dataDir}/server/db ] &&
          ${pkgs.curl}/bin/curl --silent --insecure --max-time 5 --output /dev/null https://${cfg.address}:${port}/ping
        then
          echo "The cluster is running at ${cfg.address}, and this host, which has no data of it, would start another one." >&2
          echo "Run 'kubectl delete node ${hostName}', put another server before it in the fleet file, render and switch." >&2
          exit 1
        fi
      '';
    })

    (lib.mkIf (isServer && cfg.keepalived.enable) {
      assertions = [
        {
          assertion = cfg.address != null;
          message = ''
            fleet.virtualAddress.address is not set, so keepalived has no address to move. Set it, or unset fleet.virtualAddress.keepalived.enable.
          '';
        }
      ];

      users.users.${asker} = {
        isSystemUser = true;
        group = asker;
        description = "Asks whether the API server answers";
      };
      users.groups.${asker} = { };

      services.keepalived = {
        enable = true;
        enableScriptSecurity = true;

        vrrpScripts.api-answers = {
          script = "${lib.getExe apiAnswers} ${port}";
          user = asker;
          group = asker;
          interval = 3;
          timeout = 3;
          fall = 3;
          rise = 2;
        };

        vrrpInstances.fleet = {
          inherit (cfg.keepalived) interface priority;
          virtualRouterId = cfg.keepalived.routerId;
          # A server that comes back leaves the address where it is: every move cuts connections.
          state = "BACKUP";
          noPreempt = true;
          unicastSrcIp = nodes.${hostName}.address;
          unicastPeers = lib.mapAttrsToList (_: node: node.address) otherServers;
          virtualIps = lib.optional (cfg.address != null) { addr = "${cfg.address}/32"; };
          trackScripts = [ "api-answers" ];
        };
      };
    })
  ];
}
