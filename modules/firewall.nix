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
  rules = lib.filter (rule: rule.addresses != [ ] && (rule.protocol == "vrrp" || rule.ports != [ ])) (
    map (rule: {
      inherit (rule) protocol ports;
      addresses = if lib.isList rule.from then rule.from else sources.${rule.from};
    }) cfg.allow
  );

  # VRRP is a protocol beside TCP and UDP, and has no ports.
  vrrp = "112";

  nftablesRule =
    rule:
    let
      set = lib.concatMapStringsSep ", " toString;
      what =
        if rule.protocol == "vrrp" then
          "ip protocol ${vrrp}"
        else
          "${rule.protocol} dport { ${set rule.ports} }";
    in
    "ip saddr { ${set rule.addresses} } ${what} accept";

  iptablesRules =
    rule:
    if rule.protocol == "vrrp" then
      map (address: "iptables -w -A nixos-fw -p ${vrrp} -s ${address} -j nixos-fw-accept") rule.addresses
    else
      iptablesPortRules rule;

  iptablesPortRules =
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
              type = types.either (types.enum [
                "nodes"
                "servers"
                "admins"
              ]) (types.listOf fleetTypes.ipv4OrNetwork);
              description = "Who may connect: all other hosts of {option}`fleet.nodes`, the servers among them, {option}`fleet.firewall.admins`, or these addresses and networks.";
            };
            protocol = mkOption {
              type = types.enum [
                "tcp"
                "udp"
                "vrrp"
              ];
              description = "Protocol. VRRP, by which servers agree on who has their virtual address, has no ports.";
            };
            ports = mkOption {
              type = types.listOf types.port;
              default = [ ];
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
