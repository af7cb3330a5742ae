# Ports opened to the other hosts and to admins, and to nobody else.
{ config, lib, ... }:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
  inherit (lib) mkOption types;

  cfg = config.fleet.firewall;
  others = removeAttrs config.fleet.nodes [ config.networking.hostName ];
  addressesOf = lib.mapAttrsToList (_: node: node.address);

  sources = {
    nodes = addressesOf others;
    servers = addressesOf (lib.filterAttrs (_: node: node.role == "server") others);
    inherit (cfg) admins;
  };

  # A fleet of one host has no other nodes, and an empty set of addresses is no rule.
  rules = lib.filter (rule: rule.addresses != [ ] && rule.ports != [ ]) (
    map (rule: {
      inherit (rule) protocol ports;
      addresses = sources.${rule.from};
    }) cfg.allow
  );

  nftablesRule =
    rule:
    let
      set = lib.concatMapStringsSep ", " toString;
    in
    "ip saddr { ${set rule.addresses} } ${rule.protocol} dport { ${set rule.ports} } accept";

  iptablesRules =
    rule:
    lib.mapCartesianProduct
      (
        { address, port }:
        "iptables -w -A nixos-fw -p ${rule.protocol} -s ${address} --dport ${toString port} -j nixos-fw-accept"
      )
      {
        address = rule.addresses;
        port = rule.ports;
      };

  lines = lib.concatMapStrings (line: "${line}\n");
in
{
  imports = [ ./cluster.nix ];

  options.fleet.firewall = {
    allow = mkOption {
      default = [ ];
      description = "What others may connect to on this host.";
      type = types.listOf (
        types.submodule {
          options = {
            from = mkOption {
              type = types.enum [
                "nodes"
                "servers"
                "admins"
              ];
              description = "Who may connect: all other hosts of {option}`fleet.nodes`, the servers among them, or {option}`fleet.firewall.admins`.";
            };
            protocol = mkOption {
              type = types.enum [
                "tcp"
                "udp"
              ];
              description = "Protocol of the ports.";
            };
            ports = mkOption {
              type = types.listOf types.port;
              description = "Ports to open.";
            };
          };
        }
      );
    };

    admins = mkOption {
      type = types.listOf fleetTypes.ipv4OrNetwork;
      default = [ ];
      example = [ "192.0.2.0/24" ];
      description = "Where admins connect from, besides the hosts themselves.";
    };

    trustedInterfaces = mkOption {
      type = types.listOf fleetTypes.interface;
      default = [ ];
      example = [
        "cni0"
        "flannel.1"
      ];
      description = "Interfaces of the pod network. What comes from there is accepted; without it pods have no DNS.";
    };
  };

  config.networking.firewall = {
    inherit (cfg) trustedInterfaces;
    extraInputRules = lib.mkIf config.networking.nftables.enable (lines (map nftablesRule rules));
    # No extraStopCommands: the rules are in the chain nixos-fw, which NixOS empties on a reload and unhooks on a stop.
    extraCommands = lib.mkIf (!config.networking.nftables.enable) (
      lines (lib.concatMap iptablesRules rules)
    );
  };
}
